import { describe, expect, it } from "vitest";
import { setPreferences } from "../ui/preferences";
import { hour, invoice, invoiceLine } from "../testing/fixtures";
import { byMachine, check, checkReceipt, gapsSentence, seriesName } from "./explain";
import { readInvoiceSearch } from "./search";

describe("an invoice's explanation", () => {
  it("adds up when hours make the line and lines the total", () => {
    const line = invoiceLine();
    expect(check(invoice([line], "0.320000000"), line)).toEqual({ linesToTotal: true, amountsToLine: true, quantitiesToLine: true });
  });

  it("notices the last decimal place", () => {
    const line = invoiceLine({ amount: "0.320000001" });
    expect(check(invoice([line], "0.320000000"), line)).toEqual({ linesToTotal: false, amountsToLine: false, quantitiesToLine: true });
  });

  it("adds a receipt's parts again instead of believing it", () => {
    const receipt = {
      meter: "vcpu", machine: "kestrel", start: "2026-11-25T08:00:00Z", end: "2026-11-25T09:00:00Z", query: "q", quantity: "1", unit: "vCPU-hour",
      base_quantity: "80001", base_unit: "vCPU-milliseconds", adds_up: true, samples_expired: false, parts_left_out: 0, gaps: [],
      parts: ["40000", "40001"].map((base_quantity) => ({ series: "s", from: "2026-11-25T08:00:00Z", to: "2026-11-25T08:00:05Z", value: "8", base_quantity, note: null })),
    };
    expect(checkReceipt(receipt)).toBe(true);
    expect(checkReceipt({ ...receipt, base_quantity: "80000" })).toBe(false);
    expect(checkReceipt({ ...receipt, adds_up: false })).toBe(false);
  });

  it("names what was not observed", () => {
    setPreferences({ zone: "utc" });
    expect(gapsSentence([])).toBeNull();
    expect(gapsSentence([{ from: "2026-11-25T00:10:00Z", to: "2026-11-25T00:25:00Z" }])).toBe("not observed, not billed: 00:10 to 00:25");
  });

  it("groups hours by machine, newest first", () => {
    const groups = byMachine(invoiceLine({ hours: [hour(), hour({ machine: "b", amount: "0.01" }), hour({ start: "2026-11-25T09:00:00Z" })] }));
    expect(groups.map(({ machine, amount }) => [machine, amount])).toEqual([["kestrel", "0.320000000"], ["b", "0.01"]]);
    expect(groups[0]?.hours[0]?.start).toBe("2026-11-25T09:00:00Z");
  });

  it("can be linked to, down to the hour", () => {
    expect(readInvoiceSearch({ line: "vcpu", machine: "kestrel", hour: "2026-11-25T08:00:00Z" })).toEqual({ line: "vcpu", machine: "kestrel", hour: "2026-11-25T08:00:00Z" });
    expect(readInvoiceSearch({ line: "vcpu", machine: "kestrel", hour: "noon" })).toEqual({ line: "vcpu" });
    expect(readInvoiceSearch({ hour: "2026-11-25T08:00:00Z" })).toEqual({});
  });
});

it("A stretch says whose it is: a CPU by number, a device by name", () => {
  expect(seriesName('node_cpu_seconds_total{cpu="0",mode="user"}')).toBe("cpu 0");
  expect(seriesName('node_network_transmit_bytes_total{device="eth0"}')).toBe("eth0");
  expect(seriesName("plimsoll_machine_vcpus")).toBe("");
});
