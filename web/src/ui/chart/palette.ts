/** The colour of a token as it is drawn now: canvas does not know CSS variables. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim() || "#888";
}

export const SERIES_TOKENS = ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"] as const;

const DASHES = [[], [6, 3], [2, 3]];

/** Eight colours, then the same ones dashed. */
export function styleOf(index: number): { color: string; dash: number[] } {
  return { color: SERIES_TOKENS[index % 8] ?? "s1", dash: DASHES[Math.floor(index / 8) % 3] ?? [] };
}

/** "#rrggbb" with an opacity, for fills. */
export function faded(color: string, opacity: number): string {
  const alpha = Math.round(opacity * 255).toString(16).padStart(2, "0");
  return /^#[0-9a-f]{6}$/i.test(color) ? color + alpha : color;
}
