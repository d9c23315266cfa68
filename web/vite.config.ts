import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = process.env.PLIMSOLL_SERVER ?? "http://127.0.0.1:7070";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "dist",
    // The content security policy allows no data: scripts and no inline code, so nothing is inlined and no polyfill injected.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    reportCompressedSize: true,
  },
  server: {
    // `npm run dev` beside a running server: the pages from Vite, the API from the server.
    proxy: { "/api": { target: server, changeOrigin: true }, "/v1": { target: server, changeOrigin: true } },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/testing/setup.ts"],
    restoreMocks: true,
  },
});
