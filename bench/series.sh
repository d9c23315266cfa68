#!/usr/bin/env bash
# Series engines against each other on the same remote write payloads, in one run: Prometheus, VictoriaMetrics (Debian's packages)
# and ours with both durabilities. bench/series.sh [quick|full] [SERVERS, default prometheus,victoria,process,power] [a|b|ab, default ab]
#   quick  100 hosts x 240 steps and 4,000 hosts x 10 steps: about two minutes a server pair, proves the script, measures little
#   full   a: 1,000 hosts x 12 h at 15 s (37.4 M samples); b: 76,923 hosts x 10 steps (1 M new series)
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
size=${1:-quick} servers=${2:-prometheus,victoria,process,power} parts=${3:-ab}
case $size in
  quick) a_hosts=100 a_steps=240 b_hosts=4000 ;;
  full) a_hosts=1000 a_steps=2880 b_hosts=76923 ;;
  *) echo "series.sh: '$size' is neither quick nor full" >&2; exit 2 ;;
esac
case $parts in a | b | ab) ;; *) echo "series.sh: '$parts' is none of a, b, ab" >&2; exit 2 ;; esac
for program in prometheus victoria-metrics; do
  case $servers in *"${program%%-*}"*) command -v $program >/dev/null || { echo "series.sh: $program is missing (Debian: apt-get install $program)" >&2; exit 1; } ;; esac
done
PLIMSOLL_PAGES=0 "$root/plimsoll" --version >/dev/null
dotnet build "$root/bench/Plimsoll.Bench.Ingest" -c Release -v quiet -nologo >/dev/null
bench="$root/artifacts/bin/Plimsoll.Bench.Ingest/release/Plimsoll.Bench.Ingest"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

part() { # NAME HOSTS STEPS
  echo "== $1: $2 hosts x 13 series x $3 steps"
  local end=$(($(date +%s) / 15 * 15000))
  "$bench" gen "$work/payload" --hosts "$2" --steps "$3" --end "$end"
  "$bench" compare "$work/payload" --app "$root/artifacts/app/plimsoll" --steps "$3" --end "$end" --servers "$servers" --work "$work"
}
case $parts in *a*) part a $a_hosts $a_steps ;; esac
case $parts in *b*) part b $b_hosts 10 ;; esac
