import 'reflect-metadata';
import { ConfigurationError, onStopSignal, type Environment } from '#platform';
import { readWorkerConfig, type WorkerConfig } from './config.js';
import { createWorker } from './create-worker.js';

/** Runs the worker until it is told to stop. What keeps it from starting is one line on standard error and exit code 1. */
export async function startProcess(environment: Environment): Promise<void> {
  try {
    await run(readWorkerConfig(environment));
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`sluice worker: ${error.message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
    process.exit(1);
  }
}

async function run(config: WorkerConfig): Promise<void> {
  const worker = await createWorker(config);
  onStopSignal((signal) => {
    void worker.stop(signal).then((clean) => process.exit(clean ? 0 : 1));
  });
  try {
    await worker.start();
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!isTaken) throw error;
    throw new ConfigurationError(
      `Port ${config.port} on ${config.host} is in use. Stop what is using it, or set WORKER_PORT to another port.`,
      { cause: error },
    );
  }
}
