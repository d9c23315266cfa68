import { useEffect, useState } from "react";
import type { HostInfo } from "../api/types";
import { ago } from "../ui/time";

function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** How old the newest sample is: a round dot while it is fresh, a square and a word once two intervals passed. */
export function Freshness({ host }: { host?: HostInfo | null }) {
  const now = useNow(1_000);
  if (!host) return null;
  if (!host.newest_sample_at) return <span className="age late"><i />no data yet</span>;
  const seconds = (now - Date.parse(host.newest_sample_at)) / 1_000;
  // One more interval than two: the page itself asks only once per interval.
  const late = seconds > host.collect_interval_seconds * 3;
  return (
    <span className={late ? "age late" : "age"} data-testid="age" title={host.newest_sample_at}>
      <i />
      {late ? `no data for ${ago(seconds)}` : <><span className="wide">newest data </span>{ago(seconds)} ago</>}
    </span>
  );
}
