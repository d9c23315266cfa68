import { Link } from "@tanstack/react-router";
import { Mark } from "../ui/icons";
import { PageHead } from "./PageHead";

export function NotFound() {
  return (
    <>
      <PageHead title="Not found" />
      <section className="lost">
        <Mark />
        <h1>There is no page at this address</h1>
        <p className="muted">
          <code>{location.pathname}</code> is none of Plimsoll's pages. A link to it may be older or newer than this server.
        </p>
        <Link to="/" className="btn primary">To the overview</Link>
      </section>
    </>
  );
}
