// Serves S3 from the sources in a process of its own, for tests that kill it: node serve-s3.mjs <data folder>
import { createServer } from 'node:http';
import { registerHooks } from 'node:module';

// The sources import each other by the names they have after compilation.
registerHooks({
  resolve(specifier, context, nextResolve) {
    const isOurs = specifier.startsWith('.') && context.parentURL?.endsWith('.ts') === true;
    return nextResolve(isOurs ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
const { createS3Handler } = await import('../create-s3-handler.ts');
const { FaultPlan } = await import('../../faults/fault-plan.ts');

const handler = await createS3Handler({
  dataDir: process.argv[2],
  credentials: { accessKeyId: process.argv[3], secretAccessKey: process.argv[4] },
  faults: new FaultPlan(),
});
const server = createServer((request, response) => void handler.handle(request, response));
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}\n`));
