import { PageHead } from "../shell/PageHead";

export function InvoicePage() {
  return <PageHead title="Invoice" />;
}
