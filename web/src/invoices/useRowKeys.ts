import { useEffect, useRef } from "react";
import { preferences } from "../ui/preferences";

/** j and k move over the rows that can be opened, Escape goes one level back. */
export function useRowKeys(back: () => void, deep: boolean): void {
  const latest = useRef({ back, deep });
  useEffect(() => {
    latest.current = { back, deep };
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape" && latest.current.deep && !document.querySelector("[aria-modal=true]")) return latest.current.back();
      if (!preferences().keys || (event.key !== "j" && event.key !== "k")) return;
      if (event.target instanceof HTMLElement && event.target.closest("input, textarea")) return;
      const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
      const at = rows.indexOf(document.activeElement as HTMLElement);
      rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)))]?.focus();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}
