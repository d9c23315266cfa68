import { Dialog } from "../ui/Dialog";
import { CloseIcon } from "../ui/icons";
import { setPreferences, usePreferences } from "../ui/preferences";
import { Segmented } from "../ui/Segmented";
import { PLACES } from "./places";

const ON_OFF = [
  { value: "on", label: "On" },
  { value: "off", label: "Off" },
] as const;

const ZONES = [
  { value: "local", label: "Your zone" },
  { value: "utc", label: "UTC" },
] as const;

export function HelpDialog({ onClose }: { onClose: () => void }) {
  const { keys, zone } = usePreferences();
  return (
    <Dialog label="Help and keys" onClose={onClose}>
      <div className="ph">
        <h2>Help and keys</h2>
        <span className="grow" />
        <button type="button" className="btn quiet" aria-label="Close" onClick={onClose}>
          <CloseIcon />
          <kbd>Esc</kbd>
        </button>
      </div>
      <dl>
        <dt><kbd>Ctrl</kbd> <kbd>K</kbd></dt><dd>go anywhere (⌘ K on a Mac)</dd>
        {PLACES.map((place) => (
          <span key={place.key} style={{ display: "contents" }}>
            <dt><kbd>g</kbd> <kbd>{place.key}</kbd></dt>
            <dd>{place.name}: {place.says}</dd>
          </span>
        ))}
        <dt><kbd>/</kbd></dt><dd>to the query</dd>
        <dt><kbd>Ctrl</kbd> <kbd>↵</kbd></dt><dd>run the query</dd>
        <dt><kbd>.</kbd></dt><dd>copy the query as a command</dd>
        <dt><kbd>j</kbd> <kbd>k</kbd> <kbd>↵</kbd></dt><dd>down, up and open, in the invoice</dd>
        <dt><kbd>Esc</kbd></dt><dd>back, or close</dd>
      </dl>
      <div className="row">
        <span>Single-key shortcuts</span>
        <Segmented label="Single-key shortcuts" options={ON_OFF} value={keys ? "on" : "off"} onChange={(value) => setPreferences({ keys: value === "on" })} />
      </div>
      <div className="row">
        <span>Times in</span>
        <Segmented label="Times in" options={ZONES} value={zone} onChange={(value) => setPreferences({ zone: value })} />
      </div>
    </Dialog>
  );
}
