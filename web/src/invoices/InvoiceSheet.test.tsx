import { fireEvent, render, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { invoice, invoiceLine } from "../testing/fixtures";
import { setPreferences } from "../ui/preferences";
import { InvoiceSheet } from "./InvoiceSheet";

const zero = invoiceLine({ id: "egress", number: 3, meter: "egress", description: "Data sent", quantity: "0.000000000", amount: "0.000000000", hours: [] });

describe("the upcoming invoice", () => {
  it("shows every line, those of zero too, and the total to its last place", () => {
    setPreferences({ zone: "utc" });
    render(<InvoiceSheet invoice={invoice([invoiceLine(), zero], "0.320000000")} onOpen={() => undefined} />);
    expect(screen.getAllByTestId("invoice-line")).toHaveLength(2);
    expect(screen.getByTestId("invoice-total").textContent).toBe("$0.320000000");
    expect(screen.getByText("November 2026")).toBeTruthy();
  });

  it("opens a line with a click or with Enter", () => {
    const open = vi.fn();
    render(<InvoiceSheet invoice={invoice([invoiceLine(), zero], "0.320000000")} onOpen={open} />);
    const [first, second] = screen.getAllByTestId("invoice-line");
    if (first) fireEvent.click(first);
    if (second) fireEvent.keyDown(second, { key: "Enter" });
    expect(open.mock.calls).toEqual([["vcpu"], ["egress"]]);
  });

  it("says what to do before anything was used", () => {
    render(<InvoiceSheet invoice={invoice([zero], "0.000000000")} onOpen={() => undefined} />);
    expect(screen.getByText(/No usage yet/)).toBeTruthy();
    expect(screen.getByText("plimsoll usage show")).toBeTruthy();
  });
});
