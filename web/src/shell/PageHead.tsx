import { useEffect, type ReactNode } from "react";
import { useServer } from "../api/queries";
import { MenuIcon } from "../ui/icons";
import { useShellActions } from "./actions";
import { ConnectionBanner } from "./ConnectionBanner";
import { Freshness } from "./Freshness";

interface Props {
  title: ReactNode;
  /** The document's title, where the page's own is no plain text. */
  documentTitle?: string;
  /** Beside the title, muted, on wide screens only. */
  aside?: ReactNode;
  /** The page's own controls, right of the data's age. */
  children?: ReactNode;
}

const isMac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);

/** The first row of every page: where one is, how old the newest data is, what can be done. */
export function PageHead({ title, documentTitle, aside, children }: Props) {
  const actions = useShellActions();
  const server = useServer();
  const named = documentTitle ?? (typeof title === "string" ? title : "Plimsoll");
  useEffect(() => {
    document.title = `${named} · Plimsoll`;
  }, [named]);
  return (
    <>
      <header className="top">
        <button type="button" className="btn quiet burger" aria-label="Menu" onClick={actions.openRail}>
          <MenuIcon />
        </button>
        <div className="title">
          <h1>{title}</h1>
          {server.data?.mode === "local" && <span className="badge" title="Bound to this machine only: one organization, no sign-in">local mode</span>}
          {aside && <span className="muted wide cut">{aside}</span>}
        </div>
        <Freshness host={server.data?.host} />
        {children}
        <button type="button" className="btn wide" onClick={actions.openPalette}>
          Go to… <kbd>{isMac ? "⌘ K" : "Ctrl K"}</kbd>
        </button>
      </header>
      <ConnectionBanner error={server.error} hasData={server.data !== undefined} onRetry={() => void server.refetch()} />
    </>
  );
}
