import { PageHead } from "../shell/PageHead";

export function OverviewPage() {
  return <PageHead title="Overview" />;
}
