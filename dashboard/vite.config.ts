import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** The API and the page have one origin; `npm run dev` passes the API's paths on to `make run`'s. */
const api = process.env.API_URL ?? "http://127.0.0.1:8000";
const paths =
  "^/(access|contracts|discards|health|keys|openapi.json|operations|overview|problems|reconciliation|records|redrives|retries|stats|uploads)";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: {
    target: "es2022",
    // A strict policy knows no inline content, and data: only for images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { host: "127.0.0.1", proxy: { [paths]: api } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test/setup.ts"],
    restoreMocks: true,
    // Tests share a page, and each cleans up after itself: most of the time went into making pages.
    isolate: false,
  },
});
