import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Two files at a time, as most of a scenario is waiting. */
export default defineConfig({
  root: dirname(fileURLToPath(import.meta.url)),
  ssr: { resolve: { conditions: ['source'] } },
  resolve: { conditions: ['source'] },
  test: { include: ['*.faults-spec.ts'], hookTimeout: 120_000, maxWorkers: 2, reporters: ['verbose'] },
});
