import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

// jsdom has no media queries; uPlot asks for one as it loads.
window.matchMedia ??= (media: string) =>
  ({ media, matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }) as unknown as MediaQueryList;

afterEach(cleanup);
