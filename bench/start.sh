#!/usr/bin/env bash
# How long from exec to the first answer: ours and Prometheus, on empty stores and again on the stores that they then have.
# bench/start.sh [RUNS, default 5]; needs a built ./plimsoll and Debian's prometheus. Prints medians in ms and the ratio.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
runs=${1:-5}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf 'global: {scrape_interval: 5s}\n' >"$work/prometheus.yml"

until_answer() { # URL COMMAND...: milliseconds from start to the first 200; the process is then stopped by its own pid
  local url=$1 started ended pid; shift
  started=$(date +%s%N)
  "$@" >"$work/out.log" 2>&1 &
  pid=$!
  until curl -sf -o /dev/null --max-time 1 "$url"; do
    kill -0 "$pid" 2>/dev/null || { cat "$work/out.log" >&2; exit 1; }
  done
  ended=$(date +%s%N)
  kill -TERM "$pid"; wait "$pid" || true
  echo $(((ended - started) / 1000000))
}
median() { sort -n | awk '{v[NR]=$1} END {print v[int((NR+1)/2)]}'; }
ours() { until_answer 'http://127.0.0.1:7979/api/v1/query?query=1' "$root/artifacts/app/plimsoll" serve --data "$1" --listen 127.0.0.1:7979; }
theirs() { until_answer 'http://127.0.0.1:7980/-/ready' prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$1" --web.listen-address=127.0.0.1:7980; }

"$root/plimsoll" --version >/dev/null
ours "$work/warm" >/dev/null; theirs "$work/warm-p" >/dev/null   # warms the page cache
for kind in empty again; do
  for who in ours theirs; do
    for run in $(seq "$runs"); do
      folder="$work/$who-$run"; [ $kind = again ] || rm -rf "$folder"
      $who "$folder"
    done | median >"$work/$who.ms"
  done
  a=$(cat "$work/ours.ms") b=$(cat "$work/theirs.ms")
  printf '%-6s plimsoll %5d ms   prometheus %5d ms   ratio %.2f\n' $kind "$a" "$b" "$(awk "BEGIN{print $a/$b}")"
done
