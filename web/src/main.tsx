import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Unreachable } from "./api/http";
import { createAppRouter } from "./routes";
import "./ui/tokens.css";
import "./ui/base.css";
import "./shell/shell.css";
import { watchPreferences } from "./ui/preferences";

watchPreferences();

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A server that restarts is back within seconds; a refusal stays one until something changes.
      retry: (failures, error) => error instanceof Unreachable && failures < 2,
      retryDelay: 1_000,
      staleTime: 2_000,
      refetchOnWindowFocus: true,
      // The server is on this machine more often than not: a browser that is "offline" can reach it all the same.
      networkMode: "always",
    },
  },
});

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element with the id root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={createAppRouter()} />
    </QueryClientProvider>
  </StrictMode>,
);
