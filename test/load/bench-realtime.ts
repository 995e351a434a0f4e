/**
 * `npm run bench:realtime`: all that the realtime paths may cost, each figure beside that of a bare relay in the same run.
 * CPU time comes from the operating system, turn by turn, since walls drift on a shared machine.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  describeMachine,
  loadFile,
  memoryMegabytes,
  startGateway,
  startScript,
  stopAll,
  type Candidate,
  type Gateway,
} from '#load/bench-processes';
import { printAdded, printRatio, takeTurns } from '#load/compare';
import { chatPlan, load, measureCpu, writeChatBody } from '#load/measure-chat';
import { measureFirstEvent, measureStreams } from '#load/measure-streams';
import { largeJsonLoad, largeLoads, watchLoop, writeEmbeddingsBody } from '#load/watch-loop';

const { values: options } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    connections: { type: 'string', default: '32' },
    streams: { type: 'string', default: '150' },
    tokens: { type: 'string', default: '250' },
    replies: { type: 'string', default: '300' },
    rounds: { type: 'string', default: '5' },
    minutes: { type: 'string', default: '3' },
    only: { type: 'string', default: 'chat,streams,embeddings,loop,memory' },
  },
});

/** 50 tokens a second. */
const TOKEN_INTERVAL_MS = '20';
/** On one connection, for what a call waits when nothing else happens. */
const ALONE_REQUESTS = 2000;
/** Each comes after the 20 ms of a token. */
const FIRST_EVENTS = 100;
/** Both compile for longer than the first requests take. */
const WARM_UP_REQUESTS = 20_000;
const rounds = Number(options.rounds);
const connections = Number(options.connections);
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));

async function startRelay(file: string, origin: string, path: string): Promise<Candidate> {
  return { name: 'relay', ...(await startScript(loadFile(file), [origin, path])) };
}

async function compareChat(gateway: Gateway, relay: Candidate, bodyFile: string): Promise<void> {
  const pair = { gateway, relay };
  for (const candidate of [relay, gateway]) await load(candidate, chatPlan(bodyFile, WARM_UP_REQUESTS, connections));
  const plan = chatPlan(bodyFile, Number(options.requests), connections);
  printRatio(
    'CPU µs a chat request (goal: ratio 2)',
    await takeTurns(pair, rounds, (candidate) => measureCpu(candidate, plan)),
  );
  const alone = await takeTurns(pair, rounds, (candidate) => load(candidate, chatPlan(bodyFile, ALONE_REQUESTS, 1)));
  for (const [key, goal] of [
    ['p50Ms', '0.3'],
    ['p99Ms', '1'],
  ] as const) {
    const pick = (results: typeof alone.relay): number[] => results.map((result) => result[key]);
    printAdded(`wait on one connection, ${key} (goal: ${goal} ms added)`, {
      relay: pick(alone.relay),
      sluice: pick(alone.sluice),
    });
  }
}

async function compareStreams(gateway: Gateway, relay: Candidate): Promise<void> {
  const pair = { gateway, relay };
  const load = { streams: Number(options.streams), tokens: Number(options.tokens) };
  printRatio(
    'CPU µs an event of a stream (goal: 36)',
    await takeTurns(pair, rounds, (candidate) => measureStreams(candidate, load)),
  );
  printAdded(
    'wait for the first event of a stream that is alone (goal: 1 ms added)',
    await takeTurns(pair, rounds, (candidate) => measureFirstEvent(candidate, FIRST_EVENTS)),
  );
}

async function compareEmbeddings(gateway: Gateway, relay: Candidate): Promise<void> {
  const bodyFile = writeEmbeddingsBody(folder, 'base64');
  const plan = { path: '/v1/embeddings', bodyFile, requests: Number(options.replies), connections: 4 };
  printRatio(
    'CPU µs an embeddings answer of 2 MB (goal: 1500)',
    await takeTurns({ gateway, relay }, rounds, (candidate) => measureCpu(candidate, plan)),
  );
}

/** Whether memory still grows when the first minute is over. */
async function watchMemory(gateway: Gateway, bodyFile: string): Promise<void> {
  const seen: number[] = [];
  const endMs = performance.now() + Number(options.minutes) * 60_000;
  while (performance.now() < endMs) {
    await load(gateway, chatPlan(bodyFile, Number(options.requests), connections));
    seen.push(memoryMegabytes(gateway.pid));
  }
  console.log(
    `= RSS in MB over ${options.minutes} minutes of chat at full speed (goal: 250 and flat): ${seen.join(' ')}`,
  );
}

async function main(): Promise<void> {
  const { origin } = await startScript(loadFile('upstream.mjs'), [options.tokens, TOKEN_INTERVAL_MS]);
  const gateway = await startGateway(origin);
  console.log(`${describeMachine()}; load average ${readFileSync('/proc/loadavg', 'utf8').trim()}`);
  console.log(`= RSS at the start: ${memoryMegabytes(gateway.pid)} MB`);
  const bodyFile = writeChatBody(folder);
  const relay = (file: string, path: string): Promise<Candidate> => startRelay(file, origin, path);
  const sections: Record<string, () => Promise<void>> = {
    chat: async () => compareChat(gateway, await relay('bare-relay.mjs', '/chat'), bodyFile),
    streams: async () => compareStreams(gateway, await relay('bare-stream-relay.mjs', '/stream')),
    embeddings: async () => compareEmbeddings(gateway, await relay('bare-relay.mjs', '/embed')),
    loop: async () => {
      const loads = largeLoads(folder);
      await watchLoop(gateway, '2 MB embeddings and 25 MB uploads, for the first time', loads);
      await watchLoop(gateway, '2 MB embeddings and 25 MB uploads, again', loads);
      await watchLoop(gateway, 'JSON bodies of 25 MB', [largeJsonLoad(folder)]);
    },
    memory: () => watchMemory(gateway, bodyFile),
  };
  for (const name of options.only.split(',')) await sections[name]?.();
  console.log(`load average at the end ${readFileSync('/proc/loadavg', 'utf8').trim()}`);
}

try {
  await main();
} finally {
  stopAll();
  rmSync(folder, { recursive: true, force: true });
}
