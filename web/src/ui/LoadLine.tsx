import type { ReactNode } from "react";
import type { LoadLine as Line } from "../api/types";
import { CheckIcon, WarnIcon } from "./icons";
import "./loadLine.css";
import { speak, type State } from "./loadLineState";

const TOP = 14;
const HEIGHT = 190;
const BOTTOM = TOP + HEIGHT;
const LEFT = 40;
const WIDTH = 44;
const DEPTH = 16;

/** Share of capacity → y; what is deeper than full stays in sight at the top. */
const y = (ratio: number) => BOTTOM - Math.min(1.06, Math.max(0, ratio)) * HEIGHT;

const BADGES: Record<State, string> = { clear: "badge good", near: "badge warn", over: "badge bad", unknown: "badge" };
const INKS: Record<State, string> = { clear: "var(--ink)", near: "var(--warn)", over: "var(--bad)", unknown: "var(--control)" };

/**
 * Our signature: the depth of one resource against the line that it may be loaded to. Standing form.
 * @param action Under the name, such as a link to the query behind it.
 */
export function LoadLine({ line, action }: { line: Line; action?: ReactNode }) {
  const spoken = speak(line);
  const { state } = spoken;
  return (
    <section className="staff" data-testid="load-line" data-state={state} data-resource={line.resource} aria-label={spoken.sentence}>
      <div className="st">
        <h3 className="cut" title={spoken.instance ?? undefined}>
          {spoken.name} {spoken.instance && <span className="muted">{spoken.instance}</span>}
        </h3>
        <span className={BADGES[state]}>
          {state === "clear" && <CheckIcon />}
          {(state === "near" || state === "over") && <WarnIcon />}
          {spoken.word}
        </span>
      </div>
      <div className="sb">
        <Gauge line={line} state={state} />
        <div className="sv">
          <b>{spoken.depth}</b>
          <span>{state === "unknown" ? "no line yet" : "of the line"}</span>
          {spoken.amounts && <em>{spoken.amounts}</em>}
          {state === "unknown" ? <span className="wrap">{line.reason}</span> : spoken.room && <span>{spoken.room}</span>}
          {action}
        </div>
      </div>
      <p className="reach small muted">{spoken.reach}</p>
    </section>
  );
}

function Gauge({ line, state }: { line: Line; state: State }) {
  const at = line.line_ratio ?? null;
  const depth = line.depth_ratio ?? null;
  const right = LEFT + WIDTH;
  return (
    <svg className="gauge" width="166" height={BOTTOM + 8} viewBox={`0 0 166 ${BOTTOM + 8}`} aria-hidden="true">
      <defs>
        <pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M0 0v5" stroke="var(--hatch)" strokeWidth="1.4" />
        </pattern>
      </defs>
      {state === "unknown" ? (
        <rect x={LEFT + 0.5} y={TOP + 0.5} width={WIDTH} height={HEIGHT - 1} fill="none" stroke="var(--control)" strokeDasharray="4 3" />
      ) : (
        <rect x={LEFT + 0.5} y={TOP + 0.5} width={WIDTH} height={HEIGHT - 1} fill="var(--sunken)" stroke="var(--line)" />
      )}
      <path d={silhouette(line.history)} fill="var(--muted)" fillOpacity=".24" />
      {at !== null && at < 1 && <rect x={LEFT + 1} y={TOP + 1} width={WIDTH - 1} height={Math.max(0, y(at) - TOP - 1)} fill="url(#hatch)" />}
      {depth !== null && <rect x={LEFT + (WIDTH - DEPTH) / 2} y={y(depth)} width={DEPTH} height={Math.max(1, BOTTOM - y(depth))} fill={INKS[state]} />}
      {Array.from({ length: 11 }, (_, tenth) => (
        <g key={tenth}>
          <path d={`M${tenth % 2 ? 36 : 32} ${y(tenth / 10)}H${LEFT}`} stroke="var(--control)" />
          {tenth % 2 === 0 && <text x="28" y={y(tenth / 10) + 4} textAnchor="end">{tenth * 10}</text>}
        </g>
      ))}
      {at !== null && (
        <g stroke="var(--ink)" strokeWidth="2" fill="none">
          <path d={`M37 ${y(at)}H${right + 54}`} />
          <circle cx={right + 27} cy={y(at)} r="9" />
          <text className="mark" x={right + 60} y={y(at) + 4} stroke="none">D</text>
        </g>
      )}
    </svg>
  );
}

/** The last week behind the depth; a gap reaches down to nothing and stays a gap. */
function silhouette(history: readonly (number | null)[]): string {
  if (history.length < 2) return "";
  const dx = (WIDTH - 1) / (history.length - 1);
  let path = "";
  let open = false;
  history.forEach((ratio, index) => {
    const x = (LEFT + 1 + index * dx).toFixed(1);
    if (ratio === null) {
      if (open) path += `V${BOTTOM - 1}Z`;
      open = false;
      return;
    }
    path += open ? `L${x} ${y(ratio).toFixed(1)}` : `M${x} ${BOTTOM - 1}V${y(ratio).toFixed(1)}`;
    open = true;
  });
  return open ? `${path}V${BOTTOM - 1}Z` : path;
}
