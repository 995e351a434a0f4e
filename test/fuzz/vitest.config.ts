import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const HOUR_MS = 3_600_000;

/** The long run; the e2e project holds a short one. */
export default defineConfig({
  root: dirname(fileURLToPath(import.meta.url)),
  test: { include: ['*.fuzz-spec.ts'], testTimeout: HOUR_MS, hookTimeout: 120_000 },
});
