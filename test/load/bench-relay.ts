/**
 * `npm run bench:relay`: CPU time per request of the realtime chat path (keys, validation, signing, metrics, log) as a ratio to
 * a bare relay, both measured in this run, turn by turn, from the operating system's own count of each process.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  API_KEY,
  cpuSeconds,
  describeMachine,
  loadFile,
  median,
  memoryMegabytes,
  runLoad,
  startGateway,
  startScript,
  stopAll,
  type Candidate,
} from '#load/bench-processes';

const { values: options } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    connections: { type: 'string', default: '32' },
    rounds: { type: 'string', default: '5' },
    relay: { type: 'string' },
  },
});

const ENDPOINT = 'EMD-Model-qwen2-5-7b-instruct-endpoint';
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));

interface LoadResult {
  readonly seconds: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

async function load({ name, origin }: Candidate, requests: number, connections: number): Promise<LoadResult> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${API_KEY}` };
  const seen = await runLoad<LoadResult>(loadFile('load-generator.mjs'), {
    url: `${origin}/v1/chat/completions`,
    headers,
    bodyFile: join(folder, 'body.json'),
    requests,
    connections,
  });
  if (seen.statuses['200'] !== requests) throw new Error(`${name} answered ${JSON.stringify(seen.statuses)}`);
  return seen;
}

/** The bare relay of this folder, or another that takes a port, an origin and a path and prints `relay on <port>`. */
async function startRelay(origin: string): Promise<Candidate> {
  const path = `/endpoints/${ENDPOINT}/invocations`;
  const relay =
    options.relay === undefined
      ? await startScript(loadFile('bare-relay.mjs'), [origin, path])
      : await startScript(options.relay, ['18099', origin, path], { pattern: /relay on (\d+)/ });
  return { name: 'relay', ...relay };
}

function writeBody(): void {
  const question = 'What is the capital of France, and on which river does it lie? '.repeat(12).trim();
  const messages = [
    { role: 'system', content: 'You are a helpful assistant.' },
    { role: 'user', content: question },
  ];
  const body = { model: 'Qwen2.5-7B-Instruct/dev', messages, temperature: 0.7, max_tokens: 256, seed: 7 };
  writeFileSync(join(folder, 'body.json'), JSON.stringify(body));
}

async function measure(candidate: Candidate, round: number): Promise<number> {
  const requests = Number(options.requests);
  const before = cpuSeconds(candidate.pid);
  const seen = await load(candidate, requests, Number(options.connections));
  const micros = ((cpuSeconds(candidate.pid) - before) * 1e6) / requests;
  const rate = (requests / seen.seconds).toFixed(0).padStart(6);
  console.log(
    `round ${round} ${candidate.name.padEnd(7)} ${micros.toFixed(1).padStart(6)} µs CPU/request ${rate}/s  p50 ${seen.p50Ms.toFixed(2)} ms  p99 ${seen.p99Ms.toFixed(2)} ms  RSS ${memoryMegabytes(candidate.pid)} MB`,
  );
  return micros;
}

async function main(): Promise<void> {
  writeBody();
  const { origin } = await startScript(loadFile('fixed-upstream.mjs'));
  const relay = await startRelay(origin);
  const gateway = await startGateway(origin);
  console.log(`${describeMachine()}; ${options.requests} requests a round, ${options.connections} connections`);
  for (const candidate of [relay, gateway]) await load(candidate, 8000, Number(options.connections));
  const micros = { relay: [] as number[], gateway: [] as number[] };
  for (let round = 1; round <= Number(options.rounds); round++) {
    micros.relay.push(await measure(relay, round));
    micros.gateway.push(await measure(gateway, round));
  }
  for (const candidate of [relay, gateway]) {
    const alone = await load(candidate, 2000, 1);
    console.log(
      `one connection ${candidate.name.padEnd(7)} p50 ${alone.p50Ms.toFixed(3)} ms  p99 ${alone.p99Ms.toFixed(3)} ms`,
    );
  }
  const [bare, ours] = [median(micros.relay), median(micros.gateway)];
  console.log(
    `median: relay ${bare.toFixed(1)} µs, sluice ${ours.toFixed(1)} µs, ratio ${(ours / bare).toFixed(2)} (goal 2.00)`,
  );
}

try {
  await main();
} finally {
  stopAll();
  rmSync(folder, { recursive: true, force: true });
}
