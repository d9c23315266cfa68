import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { readExploreSearch } from "./explore/search";
import { readInvoiceSearch } from "./invoices/search";
import { readOverviewSearch } from "./overview/search";
import { NotFound } from "./shell/NotFound";
import { PageFailed } from "./shell/PageFailed";
import { Shell } from "./shell/Shell";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: PageFailed });

const overview = createRoute({
  getParentRoute: () => root,
  path: "/",
  validateSearch: readOverviewSearch,
  component: lazyRouteComponent(() => import("./overview/OverviewPage"), "OverviewPage"),
});

const explore = createRoute({
  getParentRoute: () => root,
  path: "/explore",
  validateSearch: readExploreSearch,
  component: lazyRouteComponent(() => import("./explore/ExplorePage"), "ExplorePage"),
});

const invoice = createRoute({
  getParentRoute: () => root,
  path: "/invoice",
  validateSearch: readInvoiceSearch,
  component: lazyRouteComponent(() => import("./invoices/InvoicePage"), "InvoicePage"),
});

const tree = root.addChildren([overview, explore, invoice]);

export function createAppRouter() {
  return createRouter({
    routeTree: tree,
    defaultPreload: "intent",
    defaultErrorComponent: PageFailed,
    // Plain query strings that a person can read and edit; values stay strings.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const entries = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
      const text = new URLSearchParams(entries.map(([key, value]) => [key, String(value)])).toString();
      return text ? `?${text}` : "";
    },
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
