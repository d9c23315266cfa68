import { render } from "@testing-library/react";
import { expect, it } from "vitest";
import { Money } from "./Money";

it("An amount shows every place it has, and mutes those past the cent", () => {
  const { container } = render(<Money amount="-1234.567890123" currency="USD" />);
  expect(container.textContent).toBe("\u2212$1,234.567890123");
  expect(container.querySelector(".dim")?.textContent).toBe("7890123");
});

it("An amount of whole units still shows its cents", () => {
  const { container } = render(<Money amount="12" currency="USD" />);
  expect(container.textContent).toBe("$12.00");
});
