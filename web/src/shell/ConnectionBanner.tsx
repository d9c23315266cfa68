import { WarnIcon } from "../ui/icons";

/** Said once, above everything: the server does not answer. What was read before stays on the page. */
export function ConnectionBanner({ error, hasData, onRetry }: { error: Error | null; hasData: boolean; onRetry: () => void }) {
  if (!error) return null;
  return (
    <div className="banner" role="alert">
      <WarnIcon />
      <span className="grow">
        <b>{error.name === "Unreachable" ? "The server does not answer." : "The server refused to say what it is."}</b>{" "}
        {error.name === "Unreachable" ? (
          <>
            {hasData ? "What you see is what it said last." : ""} Start it with <code>plimsoll serve</code>; this page tries again every few seconds.
          </>
        ) : (
          error.message
        )}
      </span>
      <button type="button" className="btn" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}
