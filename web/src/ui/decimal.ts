// Decimal strings as the API sends them: quantities and money never pass through binary floats on their way to the eye.

/** The true minus sign; a hyphen is no minus. */
export const MINUS = "\u2212";
/** A narrow space that does not break: between a number and its unit prefix, and in "91 %". */
export const THIN = "\u202f";
export const NBSP = "\u00a0";

export interface DecimalParts {
  sign: "" | typeof MINUS;
  /** Whole part with thousands separators. */
  whole: string;
  /** Digits after the point as sent, possibly none. */
  places: string;
}

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d*))?$/;

/** Takes a decimal string apart; null when it is none. */
export function parts(value: string): DecimalParts | null {
  const match = DECIMAL.exec(value.trim());
  if (!match) return null;
  const whole = (match[2] ?? "0").replace(/^0+(?=\d)/, "");
  const places = match[3] ?? "";
  const zero = /^0*$/.test(whole + places);
  return { sign: match[1] === "-" && !zero ? MINUS : "", whole: group(whole), places };
}

function group(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Drops trailing zeros past `least` places: "0.020000000" with 4 becomes "0.0200". */
export function trimmed(value: string, least = 0): string {
  const p = parts(value);
  if (!p) return value;
  let places = p.places.padEnd(least, "0");
  while (places.length > least && places.endsWith("0")) places = places.slice(0, -1);
  return p.sign + p.whole + (places ? `.${places}` : "");
}

/** The decimal as an integer of 10^-scale; digits past the scale must be zero. */
export function scaled(value: string, scale: number): bigint {
  const match = DECIMAL.exec(value.trim());
  if (!match) throw new RangeError(`"${value}" is no decimal number`);
  const places = match[3] ?? "";
  if (/[1-9]/.test(places.slice(scale))) throw new RangeError(`"${value}" has more than ${scale} places`);
  const digits = BigInt((match[2] ?? "0") + places.slice(0, scale).padEnd(scale, "0"));
  return match[1] === "-" ? -digits : digits;
}

const placesOf = (value: string) => DECIMAL.exec(value.trim())?.[3]?.length ?? 0;

function unscaled(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  return (value < 0n ? "-" : "") + whole + (scale ? `.${digits.slice(-scale)}` : "");
}

/** The exact sum, with as many places as the longest of the values. */
export function sum(values: readonly string[]): string {
  const scale = values.reduce((most, value) => Math.max(most, placesOf(value)), 0);
  return unscaled(values.reduce((total, value) => total + scaled(value, scale), 0n), scale);
}

/** Whether two decimals are the same number, whatever their trailing zeros. */
export function same(a: string, b: string): boolean {
  const scale = Math.max(placesOf(a), placesOf(b));
  return scaled(a, scale) === scaled(b, scale);
}

/** part ÷ whole as a ratio for bars and shades only, never for a number that is read as money. */
export function ratio(part: string, whole: string): number {
  const scale = Math.max(placesOf(part), placesOf(whole));
  const w = scaled(whole, scale);
  return w === 0n ? 0 : Number((scaled(part, scale) * 1_000_000n) / w) / 1_000_000;
}

const SYMBOLS: Record<string, string> = { USD: "$", EUR: "€", GBP: "£", JPY: "¥", INR: "₹" };

/** The sign that goes before an amount, or the code and a space where a currency has no common sign. */
export const currencySign = (code: string) => SYMBOLS[code] ?? `${code}${NBSP}`;
