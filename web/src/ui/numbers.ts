import { MINUS, NBSP, THIN } from "./decimal";

// Measured values (floats): rounding is a matter of reading, the exact value goes into a title or a table.

const minus = (text: string) => text.replace(/^-/, MINUS);

/** Three significant digits, without an exponent in the range that people read. */
export function short(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : `${MINUS}Inf`;
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 1e-4) return minus(value.toExponential(2));
  if (size < 1000) return minus(trimZeros(value.toPrecision(3)));
  const [divisor, prefix] = size >= 1e15 ? [0, ""] : size >= 1e12 ? [1e12, "T"] : size >= 1e9 ? [1e9, "G"] : size >= 1e6 ? [1e6, "M"] : [1e3, "k"];
  if (divisor === 0) return minus(value.toExponential(2));
  if (size < 10_000 && Number.isInteger(value)) return minus(value.toLocaleString("en-US"));
  return minus((value / divisor).toPrecision(3).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "")) + THIN + prefix;
}

function trimZeros(text: string): string {
  return String(Number(text));
}

/** A fixed number of places with separators: for columns that align. */
export function fixed(value: number, places: number): string {
  return minus(value.toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places }));
}

export function percent(ratio: number): string {
  const value = ratio * 100;
  return `${minus(value > 0 && value < 1 ? "<1" : String(Math.round(value)))}${NBSP}%`;
}

const SCALES = {
  bytes: { base: 1024, names: ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] },
  bits_per_second: { base: 1000, names: ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"] },
} as const;

/** Demand and capacity in one unit: "398 of 512 GB"; both divided alike, so that they can be compared. */
export function pair(demand: number, capacity: number, unit: string): { demand: string; capacity: string; unit: string; show: (value: number) => string } {
  const scale = unit === "bytes" || unit === "bits_per_second" ? SCALES[unit] : null;
  let divisor = 1;
  let name: string = unit;
  if (scale) {
    let step = 0;
    while (step < scale.names.length - 1 && capacity / divisor >= scale.base) {
      divisor *= scale.base;
      step++;
    }
    // 1 Gbit/s reads better as 1,000 Mbit/s beside a demand of 84.
    if (unit === "bits_per_second" && step > 1 && demand < divisor / 10) {
      divisor /= scale.base;
      step--;
    }
    name = scale.names[step] ?? unit;
  }
  const show = (value: number) => {
    const v = value / divisor;
    const places = Math.abs(v) >= 100 || Number.isInteger(v) ? 0 : Math.abs(v) >= 10 ? 1 : 2;
    return fixed(v, places);
  };
  return { demand: show(demand), capacity: show(capacity), unit: name, show };
}
