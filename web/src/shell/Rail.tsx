import { Link } from "@tanstack/react-router";
import { useServer } from "../api/queries";
import { HelpIcon, Mark } from "../ui/icons";
import { setPreferences, usePreferences } from "../ui/preferences";
import { Segmented } from "../ui/Segmented";
import { PLACES } from "./places";

const THEMES = [
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
  { value: "system", label: "System" },
] as const;

interface Props {
  open: boolean;
  onClose: () => void;
  onHelp: () => void;
}

export function Rail({ open, onClose, onHelp }: Props) {
  const { theme } = usePreferences();
  const server = useServer().data;
  return (
    <>
      {open && <button type="button" className="raildrop" aria-label="Close the menu" onClick={onClose} />}
      <nav className={open ? "rail open" : "rail"} aria-label="Main">
        <Link to="/" className="brand">
          <Mark />
          Plimsoll
        </Link>
        {server && <div className="org" title="The organization of local mode">{server.org}</div>}
        {["Measure", "Pay"].map((group) => (
          <div key={group} role="group" aria-label={group}>
            <h3>{group}</h3>
            {PLACES.filter((place) => place.group === group).map(({ to, name, icon: Icon }) => (
              <Link key={to} to={to} className="item" activeOptions={{ exact: to === "/", includeSearch: false }} onClick={onClose}>
                <Icon />
                {name}
              </Link>
            ))}
          </div>
        ))}
        <div className="foot">
          <button type="button" className="item" onClick={onHelp}>
            <HelpIcon />
            Help and keys
          </button>
          <Segmented label="Theme" options={THEMES} value={theme} onChange={(value) => setPreferences({ theme: value })} />
          {server && <span className="version muted small">version {server.version}</span>}
        </div>
      </nav>
    </>
  );
}
