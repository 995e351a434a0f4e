import './require-node.js';
import 'reflect-metadata';
import { ConfigurationError, onStopSignal } from '#platform';
import { readWorkerConfig } from './config.js';
import { createWorker } from './create-worker.js';

try {
  const worker = await createWorker(readWorkerConfig(process.env));
  onStopSignal((signal) => {
    void worker.stop(signal).then((clean) => process.exit(clean ? 0 : 1));
  });
  await worker.start();
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  const remedy = isAddressInUse(error) ? ' Set WORKER_PORT to a free port.' : '';
  process.stderr.write(`The worker cannot start: ${reason}${remedy}\n`);
  if (!(error instanceof ConfigurationError) && !isAddressInUse(error) && error instanceof Error)
    process.stderr.write(`${error.stack}\n`);
  process.exit(1);
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
