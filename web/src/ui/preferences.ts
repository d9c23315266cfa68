import { useSyncExternalStore } from "react";

/** What a viewer chose for this browser: kept in local storage, never sent to the server. */
export interface Preferences {
  theme: "system" | "light" | "dark";
  zone: "local" | "utc";
  /** Single-key shortcuts can be switched off (WCAG 2.1.4). */
  keys: boolean;
}

const STORED = "plimsoll.preferences";
const DEFAULTS: Preferences = { theme: "system", zone: "local", keys: true };
const listeners = new Set<() => void>();
let current = read();

function read(): Preferences {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(STORED) ?? "{}") as Partial<Preferences>) };
  } catch {
    return DEFAULTS;
  }
}

function systemIsDark(): boolean {
  return typeof matchMedia === "function" && matchMedia("(prefers-color-scheme: dark)").matches;
}

function apply(): void {
  const dark = current.theme === "dark" || (current.theme === "system" && systemIsDark());
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  listeners.forEach((listener) => listener());
}

/** Follows the system's theme and other tabs of the same browser. Call once. */
export function watchPreferences(): void {
  apply();
  if (typeof matchMedia === "function") matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
  addEventListener("storage", (event) => {
    if (event.key === STORED) {
      current = read();
      apply();
    }
  });
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(STORED, JSON.stringify(current));
  } catch {
    // Storage is forbidden in this browser: the choice holds until the page closes.
  }
  apply();
}

export const preferences = (): Preferences => current;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences);
}

/** The theme that is drawn now: charts on canvas redraw when it changes. */
export function useDrawnTheme(): string {
  return useSyncExternalStore(subscribe, () => document.documentElement.dataset.theme ?? "light");
}
