import type uPlot from "uplot";
import { clockSeconds, shortDay, zoneName } from "../time";
import type { PlotSeries } from "./Plot";

interface TipData {
  series: readonly PlotSeries[];
  unit: string;
  stacked: boolean;
  format: (value: number) => string;
}

/** Most rows that a tip shows; the nearest ones. */
const MOST = 12;

function row(className: string, left: (string | Node)[], right: string, strong = false): HTMLElement {
  const element = document.createElement("div");
  element.className = `row ${className}`;
  const a = document.createElement("span");
  a.append(...left);
  const b = document.createElement(strong ? "b" : "span");
  b.textContent = right;
  element.append(a, b);
  return element;
}

function swatch(color: string): HTMLElement {
  const mark = document.createElement("i");
  mark.className = "swatch";
  mark.style.background = `var(--${color})`;
  return mark;
}

/** The values under the cross-hair, nearest to the hand first; shown only on the chart that the hand is on. */
export function tipPlugin(data: () => TipData): uPlot.Plugin {
  let tip: HTMLElement;
  let own = false;
  const hide = () => {
    tip.hidden = true;
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") hide();
  };
  return {
    hooks: {
      init: (u) => {
        tip = document.createElement("div");
        tip.className = "tip";
        tip.hidden = true;
        u.over.append(tip);
        u.over.addEventListener("mouseenter", () => (own = true));
        u.over.addEventListener("mouseleave", () => {
          own = false;
          hide();
        });
        addEventListener("keydown", onKey);
      },
      destroy: () => removeEventListener("keydown", onKey),
      setCursor: (u) => {
        const index = u.cursor.idx;
        const top = u.cursor.top ?? -1;
        if (!own || index === null || index === undefined || top < 0) return hide();
        const { series, unit, stacked, format } = data();
        const time = u.data[0][index];
        if (time === undefined) return hide();
        const at = u.posToVal(top, "y");
        const rows = series
          .map((one, i) => ({ one, value: one.values[index], drawn: u.data[i + 1]?.[index] }))
          .filter((entry): entry is { one: PlotSeries; value: number; drawn: number } => typeof entry.value === "number" && typeof entry.drawn === "number");
        if (rows.length === 0) return hide();
        const near = [...rows].sort((a, b) => Math.abs(a.drawn - at) - Math.abs(b.drawn - at));
        const shown = stacked ? rows.filter(({ value }) => value !== 0).reverse() : near.slice(0, MOST);
        const when = new Date(time * 1_000);
        const head = document.createElement("b");
        head.textContent = clockSeconds(when);
        tip.replaceChildren(
          row("head", [head, ` ${shortDay(when)}`], zoneName(when)),
          ...shown.map(({ one, value }, i) =>
            row(one === near[0]?.one ? "near" : "", [swatch(one.color), one.label], format(value) + (i === 0 ? ` ${unit}` : "")),
          ),
        );
        if (stacked && rows.length > 1) tip.append(row("", ["all"], format(rows.reduce((all, { value }) => all + value, 0)), true));
        if (!stacked && near.length > MOST) tip.append(row("head", [`${near.length - MOST} more`], ""));
        tip.hidden = false;
        const left = u.cursor.left ?? 0;
        const width = tip.offsetWidth;
        const x = left + 12 + width > u.over.clientWidth ? left - 12 - width : left + 12;
        tip.style.left = `${Math.max(0, x)}px`;
        tip.style.top = `${Math.max(0, Math.min(top - 20, u.over.clientHeight - tip.offsetHeight))}px`;
      },
    },
  };
}
