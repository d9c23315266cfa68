import { useEffect, useRef } from "react";
import { preferences } from "../ui/preferences";
import { PLACES, type Place } from "./places";

interface Handlers {
  palette: () => void;
  help: () => void;
  go: (to: Place) => void;
  escape: () => void;
}

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.shadowRoot !== null);

/** The keys of the shell. Single keys are silent while one types, and when they are switched off. */
export function useKeys(handlers: Handlers): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    let afterG = -Infinity;
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        latest.current.palette();
        return;
      }
      if (event.key === "Escape") latest.current.escape();
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !preferences().keys) return;
      if (event.key === "?") return latest.current.help();
      if (event.key === "/") {
        const field = document.querySelector<HTMLElement>("[data-slash]");
        if (field) {
          event.preventDefault();
          field.focus();
        }
        return;
      }
      const place = event.timeStamp - afterG < 1_500 ? PLACES.find(({ key }) => key === event.key) : undefined;
      afterG = event.key === "g" ? event.timeStamp : -Infinity;
      if (place) {
        event.preventDefault();
        latest.current.go(place.to);
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}
