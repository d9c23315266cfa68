import type { HostInfo } from "../api/types";

/** One question to the engine, and how its series are named and coloured. */
export interface Track {
  id: string;
  expr: (window: string) => string;
  /** By which label an answer of several series splits; else the track is one series. */
  by?: string;
  label: string;
}

export interface ChartSpec {
  id: "cpu" | "memory" | "disk" | "network";
  title: string;
  unit: string;
  stacked: boolean;
  tracks: (host: string) => Track[];
  /** Series in drawing order: id or the value of `by`, its name, its colour's token. Others follow. */
  order: readonly { key: string; label: string; color: string }[];
}

/** PromQL's string literal. */
const quoted = (text: string) => `"${text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n")}"`;

/** The series of the measured host alone, whatever else is sent here. */
export const hostMatcher = (host: HostInfo) => `job="node",machine=${quoted(host.name)}`;

export const CHARTS: readonly ChartSpec[] = [
  {
    id: "cpu",
    title: "CPU",
    unit: "cores",
    stacked: true,
    tracks: (m) => [{ id: "cpu", label: "", by: "mode", expr: (w) => `sum by (mode) (rate(node_cpu_seconds_total{${m},mode!="idle"}[${w}]))` }],
    order: [
      { key: "user", label: "user", color: "s1" },
      { key: "system", label: "system", color: "s2" },
      { key: "iowait", label: "waiting", color: "s4" },
      { key: "steal", label: "stolen", color: "s5" },
      { key: "softirq", label: "soft interrupts", color: "s3" },
      { key: "irq", label: "interrupts", color: "s6" },
      { key: "nice", label: "nice", color: "s7" },
    ],
  },
  {
    id: "memory",
    title: "Memory",
    unit: "GiB",
    stacked: true,
    tracks: (m) => [
      { id: "used", label: "in use", expr: () => `(node_memory_MemTotal_bytes{${m}} - node_memory_MemAvailable_bytes{${m}}) / 2^30` },
      { id: "cache", label: "cache, given back on demand", expr: () => `(node_memory_MemAvailable_bytes{${m}} - node_memory_MemFree_bytes{${m}}) / 2^30` },
    ],
    order: [
      { key: "used", label: "in use", color: "s1" },
      { key: "cache", label: "cache", color: "s3" },
    ],
  },
  {
    id: "disk",
    title: "Disk",
    unit: "MB/s",
    stacked: false,
    tracks: (m) => [
      { id: "write", label: "write", expr: (w) => `sum(rate(node_disk_written_bytes_total{${m}}[${w}])) / 1e6` },
      { id: "read", label: "read", expr: (w) => `sum(rate(node_disk_read_bytes_total{${m}}[${w}])) / 1e6` },
    ],
    order: [
      { key: "write", label: "write", color: "s4" },
      { key: "read", label: "read", color: "s1" },
    ],
  },
  {
    id: "network",
    title: "Network",
    unit: "Mbit/s",
    stacked: false,
    tracks: (m) => [
      { id: "in", label: "in", expr: (w) => `sum(rate(node_network_receive_bytes_total{${m},device!="lo"}[${w}])) * 8 / 1e6` },
      { id: "out", label: "out", expr: (w) => `sum(rate(node_network_transmit_bytes_total{${m},device!="lo"}[${w}])) * 8 / 1e6` },
    ],
    order: [
      { key: "in", label: "in", color: "s1" },
      { key: "out", label: "out", color: "s2" },
    ],
  },
];
