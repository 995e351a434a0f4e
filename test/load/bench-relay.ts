/**
 * `npm run bench:relay`: CPU time per request of the realtime chat path (keys, validation, signing, metrics, log) as a ratio to
 * a bare relay, both measured in this run, turn by turn, from the operating system's own count of each process.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine, loadFile, startGateway, startScript, stopAll, type Candidate } from '#load/bench-processes';
import { printRatio, takeTurns } from '#load/compare';
import { chatPlan, load, measureCpu, writeChatBody } from '#load/measure-chat';

const { values: options } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    connections: { type: 'string', default: '32' },
    rounds: { type: 'string', default: '5' },
    relay: { type: 'string' },
  },
});

/** Both compile for longer than the first requests take. */
const WARM_UP_REQUESTS = 20_000;
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));

/** The bare relay of this folder, or another that takes a port, an origin and a path and prints `relay on <port>`. */
async function startRelay(origin: string): Promise<Candidate> {
  const relay =
    options.relay === undefined
      ? await startScript(loadFile('bare-relay.mjs'), [origin, '/chat'])
      : await startScript(options.relay, ['18099', origin, '/chat'], { pattern: /relay on (\d+)/ });
  return { name: 'relay', ...relay };
}

async function main(): Promise<void> {
  const { origin } = await startScript(loadFile('upstream.mjs'));
  const pair = { relay: await startRelay(origin), gateway: await startGateway(origin) };
  const bodyFile = writeChatBody(folder);
  console.log(describeMachine());
  const connections = Number(options.connections);
  for (const candidate of [pair.relay, pair.gateway])
    await load(candidate, chatPlan(bodyFile, WARM_UP_REQUESTS, connections));
  const plan = chatPlan(bodyFile, Number(options.requests), connections);
  printRatio(
    'CPU µs a chat request (goal: ratio 2)',
    await takeTurns(pair, Number(options.rounds), (candidate) => measureCpu(candidate, plan)),
  );
}

try {
  await main();
} finally {
  stopAll();
  rmSync(folder, { recursive: true, force: true });
}
