/** Queries that answer on any host that is measured. */
const EXAMPLES = [
  { says: "Cores in use, by what they do", q: 'sum by (mode) (rate(node_cpu_seconds_total{mode!="idle"}[1m]))' },
  { says: "Memory in use, share of what is installed", q: "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes" },
  { says: "Bytes sent a second, by device", q: 'sum by (device) (rate(node_network_transmit_bytes_total{device!="lo"}[1m]))' },
  { says: "File systems, share in use", q: "1 - node_filesystem_avail_bytes / node_filesystem_size_bytes" },
  { says: "Load of the last minute", q: "node_load1" },
];

export function Examples({ onPick }: { onPick: (query: string) => void }) {
  return (
    <section className="panel examples" aria-label="Examples">
      <div className="ph"><h2>Ask for something</h2><span className="muted small wide">type above, or start from one of these</span></div>
      <ul>
        {EXAMPLES.map(({ says, q }) => (
          <li key={q}>
            <button type="button" onClick={() => onPick(q)}>
              <span>{says}</span>
              <code className="cut">{q}</code>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
