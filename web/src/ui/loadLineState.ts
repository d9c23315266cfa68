import type { LoadLine } from "../api/types";
import { NBSP } from "./decimal";
import { pair, percent } from "./numbers";

export type State = "clear" | "near" | "over" | "unknown";

/** What a load line says, in words: the drawing adds nothing that is not here. */
export interface Spoken {
  state: State;
  name: string;
  instance: string | null;
  /** The badge's word: a state is never told by colour alone. */
  word: string;
  /** "91 %", or a dash. */
  depth: string;
  /** "398 of 512 GiB". */
  amounts: string | null;
  /** "37 GiB left", up to the line; null over it. */
  room: string | null;
  /** "in 41 days, 33–58", or why that is not known. */
  reach: string | null;
  /** All of it as one sentence, for reading aloud. */
  sentence: string;
}

const NAMES: Record<string, string> = { cpu: "CPU", memory: "Memory", disk: "Disk", network: "Network" };

const known = (value: number | null | undefined): value is number => typeof value === "number" && Number.isFinite(value);

export function speak(line: LoadLine): Spoken {
  const name = NAMES[line.resource] ?? line.resource;
  const instance = line.instance || null;
  const state: State = ["clear", "near", "over"].includes(line.state) && known(line.of_line_ratio) ? (line.state as State) : "unknown";
  const depth = known(line.of_line_ratio) ? percent(line.of_line_ratio) : "—";
  const word = { clear: "clear", near: "near the line", over: overBy(line.of_line_ratio), unknown: "unknown" }[state];
  const amounts = amountsOf(line);
  const reach = line.reach?.sentence ?? (state === "unknown" ? null : (line.reason ?? null));
  const room = roomOf(line);
  const about = `${name}${instance ? ` ${instance}` : ""}`;
  const sentence =
    state === "unknown"
      ? `${about}: unknown. ${line.reason ?? "No line is known yet."}`
      : [`${about}: ${word}, ${depth.replace(NBSP, " ")} of the line`, amounts, room, reach].filter(Boolean).join("; ") + ".";
  return { state, name, instance, word, depth, amounts, room, reach, sentence };
}

function overBy(ratio: number | null | undefined): string {
  return known(ratio) && ratio >= 1.005 ? `over by ${percent(ratio - 1)}` : "over the line";
}

function amountsOf({ demand, capacity, unit }: LoadLine): string | null {
  if (!known(demand)) return null;
  const p = pair(demand, known(capacity) ? capacity : demand, unit);
  return known(capacity) ? `${p.demand} of ${p.capacity}${NBSP}${p.unit}` : `${p.demand}${NBSP}${p.unit}`;
}

function roomOf({ demand, capacity, line_ratio, unit }: LoadLine): string | null {
  if (!known(demand) || !known(capacity) || !known(line_ratio)) return null;
  const left = capacity * line_ratio - demand;
  if (left <= 0) return null;
  const p = pair(demand, capacity, unit);
  return `${p.show(left)}${NBSP}${p.unit} left`;
}

/** Nearest to its line first; what is unknown comes last. */
export function byNearness(a: LoadLine, b: LoadLine): number {
  const depth = (line: LoadLine) => (speak(line).state === "unknown" ? -1 : (line.of_line_ratio ?? -1));
  return depth(b) - depth(a) || (a.id < b.id ? -1 : 1);
}
