import { defineConfig } from "vitest/config";

// A part of the story waits for the processor, on a machine that does much else.
export default defineConfig({ test: { include: ["*.test.ts"], testTimeout: 60_000 } });
