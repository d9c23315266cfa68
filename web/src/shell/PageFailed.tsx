import { Mark } from "../ui/icons";

/** The last resort: the page's own code failed, or could not be fetched after an update of the server. */
export function PageFailed({ error }: { error: unknown }) {
  return (
    <section className="lost" role="alert">
      <Mark />
      <h1>This page could not be drawn</h1>
      <p className="muted">{error instanceof Error ? error.message : String(error)}. If the server was updated meanwhile, a reload brings the new pages.</p>
      <button type="button" className="btn primary" onClick={() => location.reload()}>
        Reload
      </button>
    </section>
  );
}
