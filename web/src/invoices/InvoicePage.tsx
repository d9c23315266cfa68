import { useNavigate, useSearch } from "@tanstack/react-router";
import { useUpcomingInvoice } from "../api/queries";
import { PageHead } from "../shell/PageHead";
import { Failure } from "../ui/Notice";
import { useZone } from "../ui/time";
import { Explanation } from "./Explanation";
import { InvoiceSheet } from "./InvoiceSheet";
import "./invoice.css";
import { PricePanel } from "./PricePanel";
import { useRowKeys } from "./useRowKeys";

/** The upcoming invoice; the address says which line and hour are opened. */
export function InvoicePage() {
  const search = useSearch({ from: "/invoice" });
  const navigate = useNavigate({ from: "/invoice" });
  const { data, error, refetch } = useUpcomingInvoice(true);
  useZone();
  const line = data?.lines.find(({ id }) => id === search.line);
  const open = (id: string) => void navigate({ search: { line: id }, resetScroll: false });
  const close = () => void navigate({ search: search.hour ? { line: search.line } : {}, resetScroll: false });
  useRowKeys(close, search.line !== undefined);
  return (
    <>
      <PageHead title="Upcoming invoice" aside="what this month costs so far; nothing is rounded before it is final" />
      {!data ? (
        error ? <section className="panel"><Failure what="The upcoming invoice could not be read." error={error} onRetry={() => void refetch()} /></section>
          : <section className="panel"><div className="notice muted">Reading the upcoming invoice…</div></section>
      ) : (
        <div className={line ? "sheet open" : "sheet"}>
          <div className={error ? "column dimmed" : "column"}>
            <InvoiceSheet invoice={data} opened={line?.id} onOpen={open} />
            <PricePanel invoice={data} />
          </div>
          {line && (
            <Explanation
              key={line.id}
              invoice={data}
              line={line}
              search={search}
              onHour={(hour) => void navigate({ search: hour ? { line: line.id, machine: hour.machine, hour: hour.start } : { line: line.id }, resetScroll: false })}
              onClose={() => void navigate({ search: {}, resetScroll: false })}
            />
          )}
        </div>
      )}
    </>
  );
}
