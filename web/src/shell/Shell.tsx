import { Outlet, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { HelpDialog } from "./HelpDialog";
import { useKeys } from "./keys";
import { Palette } from "./Palette";
import { Rail } from "./Rail";
import { ShellActions } from "./actions";

type Open = "palette" | "help" | "rail" | null;

/** What stands around every page: the rail, the keys, the palette, and the word that the server does not answer. */
export function Shell() {
  const [open, setOpen] = useState<Open>(null);
  const navigate = useNavigate();
  useKeys({
    palette: () => setOpen((now) => (now === "palette" ? null : "palette")),
    help: () => setOpen("help"),
    go: (to) => void navigate({ to }),
    escape: () => setOpen(null),
  });
  return (
    <ShellActions value={{ openPalette: () => setOpen("palette"), openRail: () => setOpen("rail") }}>
      <a className="skip" href="#main">Skip to the page</a>
      <div className="app">
        <Rail open={open === "rail"} onClose={() => setOpen(null)} onHelp={() => setOpen("help")} />
        <main id="main" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      {open === "palette" && <Palette onClose={() => setOpen(null)} onHelp={() => setOpen("help")} />}
      {open === "help" && <HelpDialog onClose={() => setOpen(null)} />}
    </ShellActions>
  );
}

