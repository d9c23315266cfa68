import { preferences, usePreferences } from "./preferences";

const cache = new Map<string, Intl.DateTimeFormat>();

function format(date: Date, options: Intl.DateTimeFormatOptions): string {
  const zone = preferences().zone === "utc" ? "UTC" : undefined;
  const key = JSON.stringify(options) + (zone ?? "");
  let formatter = cache.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone, hourCycle: "h23" });
    cache.set(key, formatter);
  }
  return formatter.format(date);
}

/** The name of the zone that times are shown in, such as "UTC", "CET" or "GMT+5:30". */
export function zoneName(at: Date = new Date()): string {
  if (preferences().zone === "utc") return "UTC";
  const parts = new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" }).formatToParts(at);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? "local time";
}

export const clock = (at: Date) => format(at, { hour: "2-digit", minute: "2-digit" });
export const clockSeconds = (at: Date) => format(at, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
export const day = (at: Date) => format(at, { day: "numeric", month: "long" });
export const shortDay = (at: Date) => format(at, { day: "numeric", month: "short" });
export const dayAndYear = (at: Date) => format(at, { day: "numeric", month: "long", year: "numeric" });
export const monthAndYear = (at: Date) => format(at, { month: "long", year: "numeric" });
export const dayClock = (at: Date) => `${shortDay(at)}, ${clock(at)}`;

/** A stretch of time: "00:10 to 00:25", with seconds where they matter and the day where it changes. */
export function stretch(from: Date, to: Date): string {
  const whole = from.getSeconds() === 0 && to.getSeconds() === 0;
  const time = whole ? clock : clockSeconds;
  return shortDay(from) === shortDay(to)
    ? `${time(from)} to ${time(to)}`
    : `${shortDay(from)}, ${time(from)} to ${shortDay(to)}, ${time(to)}`;
}

/** "3 s", "12 min", "5 h", "2 days": one unit, rounded down. */
export function ago(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 2 * 86400) return `${Math.floor(s / 3600)} h`;
  return `${Math.floor(s / 86400)} days`;
}

/** Re-renders when the viewer changes the zone; returns its name. */
export function useZone(): string {
  usePreferences();
  return zoneName();
}
