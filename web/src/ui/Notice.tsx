import type { ReactNode } from "react";
import { CopyLine } from "./copy";

/** What failed, why, and a way to try again. The next attempt also comes by itself. */
export function Failure({ what, error, onRetry, center }: { what: string; error: unknown; onRetry?: () => void; center?: boolean }) {
  const why = error instanceof Error ? error.message : String(error);
  return (
    <div className={center ? "notice center" : "notice"} role="alert">
      <b>{what}</b>
      <span className="muted">{why}</span>
      {onRetry && (
        <button type="button" className="btn" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Nothing here yet: one sentence, and one command that changes it. */
export function Empty({ children, command }: { children: ReactNode; command?: string }) {
  return (
    <div className="notice center">
      <span>{children}</span>
      {command && <CopyLine text={command} />}
    </div>
  );
}
