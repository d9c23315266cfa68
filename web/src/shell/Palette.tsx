import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Dialog } from "../ui/Dialog";
import { ClockIcon, ExploreIcon, HelpIcon, ThemeIcon } from "../ui/icons";
import { preferences, setPreferences } from "../ui/preferences";
import { PLACES } from "./places";

interface Entry {
  name: string;
  says: string;
  icon: () => React.JSX.Element;
  run: () => void;
}

/** "Go to…": pages, switches, and whatever else is typed becomes a query for Explore. */
export function Palette({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const navigate = useNavigate();
  const zone = preferences().zone;
  const all: Entry[] = [
    ...PLACES.map((place) => ({ name: place.name, says: place.says, icon: place.icon, run: () => void navigate({ to: place.to }) })),
    { name: "Light theme", says: "bright surfaces", icon: ThemeIcon, run: () => setPreferences({ theme: "light" }) },
    { name: "Dark theme", says: "dark surfaces", icon: ThemeIcon, run: () => setPreferences({ theme: "dark" }) },
    {
      name: zone === "utc" ? "Times in your zone" : "Times in UTC",
      says: "on every page",
      icon: ClockIcon,
      run: () => setPreferences({ zone: zone === "utc" ? "local" : "utc" }),
    },
    { name: "Help and keys", says: "?", icon: HelpIcon, run: onHelp },
  ];
  const wanted = text.trim().toLowerCase();
  const found = all.filter((entry) => `${entry.name} ${entry.says}`.toLowerCase().includes(wanted));
  if (wanted) {
    found.push({ name: `Explore ${text.trim()}`, says: "as a query", icon: ExploreIcon, run: () => void navigate({ to: "/explore", search: { q: text.trim() } }) });
  }
  const chosen = Math.min(at, found.length - 1);
  const run = (entry: Entry | undefined) => {
    onClose();
    entry?.run();
  };
  return (
    <Dialog label="Go to" className="palette" onClose={onClose}>
      <input
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={`palette-${chosen}`}
        aria-label="Go to a page, or type a query"
        placeholder="Go to a page, or type a query"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            setAt((chosen + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length);
          }
          if (event.key === "Enter") run(found[chosen]);
        }}
      />
      <ul id="palette-list" role="listbox" aria-label="Places">
        {found.map(({ name, says, icon: Icon, ...entry }, index) => (
          <li key={name} id={`palette-${index}`} role="option" aria-selected={index === chosen} onMouseEnter={() => setAt(index)} onClick={() => run({ name, says, icon: Icon, ...entry })}>
            <Icon />
            <span className="cut">{name}</span>
            <span className="muted small cut">{says}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
