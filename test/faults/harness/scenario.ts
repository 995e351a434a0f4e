import { it } from 'vitest';
import { Stage } from './stage.js';

export interface ScenarioOptions {
  /** Added to what the parts are started with. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 240_000;
const LOG_LINES = 40;

/** A test for each seed of this run. The same seed breaks the same things at the same points of a job's life. */
export function scenario(name: string, run: (stage: Stage) => Promise<void>, options: ScenarioOptions = {}): void {
  for (const seed of seeds()) {
    it(
      `${name} (seed ${seed})`,
      async () => {
        const stage = await Stage.open(name, seed, options.environment ?? {});
        try {
          await run(stage);
        } catch (error) {
          await printLogs(stage);
          throw error;
        } finally {
          await stage.close();
        }
      },
      options.timeoutMs ?? TIMEOUT_MS,
    );
  }
}

/** SLUICE_FAULT_SEEDS of them from SLUICE_FAULT_SEED on. */
function seeds(): number[] {
  const first = Number(process.env['SLUICE_FAULT_SEED'] ?? 1);
  const count = Number(process.env['SLUICE_FAULT_SEEDS'] ?? 1);
  return Array.from({ length: count }, (_, index) => first + index);
}

async function printLogs({ system }: Stage): Promise<void> {
  for (const part of ['api', 'worker'] as const) {
    const lines = (await system.logs(part)).trimEnd().split('\n').slice(-LOG_LINES);
    console.log(`the end of the ${part}'s log:\n${lines.join('\n')}`);
  }
}
