import { defineConfig } from 'vitest/config';

const shared = {
  ssr: { resolve: { conditions: ['source'] } },
  resolve: { conditions: ['source'] },
};

/** Three tiers: unit tests beside the code, integration tests of libraries against local-aws, end-to-end tests of whole processes. */
export default defineConfig({
  ...shared,
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['apps/**/*.spec.ts', 'libs/**/*.spec.ts', 'scripts/**/*.spec.ts', 'test/faults/**/*.spec.ts'],
          testTimeout: 30_000,
        },
      },
      { ...shared, test: { name: 'integration', include: ['test/integration/**/*.spec.ts'], testTimeout: 60_000 } },
      {
        ...shared,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.e2e-spec.ts'],
          globalSetup: ['test/setup/start-redis.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
