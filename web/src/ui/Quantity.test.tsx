import { render } from "@testing-library/react";
import { expect, it } from "vitest";
import { Quantity } from "./Quantity";

it("A quantity always has nine places, those past the third muted", () => {
  const { container } = render(<Quantity value="1234.12423978" />);
  expect(container.textContent).toBe("1,234.124239780");
  expect(container.querySelector(".dim")?.textContent).toBe("239780");
});

it("Whole quantities align with the others, and no place of a longer one is lost", () => {
  expect(render(<Quantity value="8" />).container.textContent).toBe("8.000000000");
  expect(render(<Quantity value="0.1234567891" />).container.textContent).toBe("0.1234567891");
});
