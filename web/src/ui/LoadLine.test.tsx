import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { loadLine } from "../testing/fixtures";
import { LoadLine } from "./LoadLine";
import { byNearness, speak } from "./loadLineState";

describe("a load line", () => {
  it("is read aloud as one sentence with its own numbers", () => {
    render(<LoadLine line={loadLine()} />);
    const section = screen.getByTestId("load-line");
    expect(section.getAttribute("aria-label")).toBe("CPU: clear, 39 % of the line; 2.50 of 8\u00a0cores; 3.90\u00a0cores left.");
    expect(section.textContent).toContain("clear");
  });

  it("says a state by a word, never by colour alone", () => {
    expect(speak(loadLine({ state: "near", of_line_ratio: 0.93 })).word).toBe("near the line");
    expect(speak(loadLine({ state: "over", of_line_ratio: 1.12 })).word).toBe("over by 12\u00a0%");
    expect(speak(loadLine({ state: "over", of_line_ratio: 1.001 })).word).toBe("over the line");
  });

  it("that is unknown says why, and shows no number that it does not have", () => {
    const line = loadLine({ state: "unknown", of_line_ratio: null, line_ratio: null, capacity: null, reason: "the link does not tell its speed" });
    render(<LoadLine line={line} />);
    expect(screen.getByText("unknown")).toBeTruthy();
    expect(screen.getByText("the link does not tell its speed")).toBeTruthy();
    expect(speak(line).depth).toBe("—");
  });

  it("says when it will be reached", () => {
    const reach = { days: 41, earliest_days: 33, latest_days: 58, sentence: "in 41 days, 33–58" };
    expect(speak(loadLine({ reach })).sentence).toContain("in 41 days, 33–58");
  });

  it("stands before those that are farther from theirs; the unknown last", () => {
    const ids = [loadLine({ id: "a" }), loadLine({ id: "b", state: "unknown", of_line_ratio: null }), loadLine({ id: "c", of_line_ratio: 0.95, state: "near" })].sort(byNearness).map(({ id }) => id);
    expect(ids).toEqual(["c", "a", "b"]);
  });
});
