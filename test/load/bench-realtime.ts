/**
 * `npm run bench:realtime`: what streams and large answers cost beside a bare relay that pipes them, in the same run.
 * Chat without streaming is `npm run bench:relay`.
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
    streams: { type: 'string', default: '150' },
    tokens: { type: 'string', default: '250' },
    rounds: { type: 'string', default: '3' },
    replies: { type: 'string', default: '300' },
  },
});

const HEADERS = { 'content-type': 'application/json', authorization: `Bearer ${API_KEY}` };
/** 50 tokens a second. */
const TOKEN_INTERVAL_MS = '20';
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));

interface StreamResult {
  readonly events: number;
  readonly done: number;
  readonly firstP50Ms: number;
}

/** CPU µs per event of one round of streams. @throws Error when an event is missing */
async function measureStreams({ name, pid, origin }: Candidate): Promise<number> {
  const streams = Number(options.streams);
  const messages = [{ role: 'user', content: 'Count.' }];
  const body = JSON.stringify({ model: 'Llama-3.3-70B-Instruct/dev', stream: true, messages });
  const before = cpuSeconds(pid);
  const seen = await runLoad<StreamResult>(loadFile('stream-load.mjs'), {
    url: `${origin}/v1/chat/completions`,
    headers: HEADERS,
    body,
    streams,
  });
  const micros = ((cpuSeconds(pid) - before) * 1e6) / seen.events;
  const expected = streams * (Number(options.tokens) + 3);
  if (seen.events !== expected || seen.done !== streams)
    throw new Error(`${name}: ${JSON.stringify(seen)}, not ${expected}`);
  console.log(
    `streams ${name.padEnd(7)} ${micros.toFixed(1).padStart(6)} µs CPU/event  ${seen.events} events, none lost  first p50 ${seen.firstP50Ms.toFixed(1)} ms  RSS ${memoryMegabytes(pid)} MB`,
  );
  return micros;
}

/** CPU ms per 2 MB embeddings answer. */
async function measureReplies({ name, pid, origin }: Candidate): Promise<number> {
  const requests = Number(options.replies);
  const before = cpuSeconds(pid);
  const seen = await runLoad<{ statuses: Record<string, number>; p50Ms: number }>(loadFile('load-generator.mjs'), {
    url: `${origin}/v1/embeddings`,
    headers: HEADERS,
    bodyFile: join(folder, 'embeddings.json'),
    requests,
    connections: 4,
  });
  if (seen.statuses['200'] !== requests) throw new Error(`${name} answered ${JSON.stringify(seen.statuses)}`);
  const millis = ((cpuSeconds(pid) - before) * 1e3) / requests;
  console.log(`2 MB answers ${name.padEnd(7)} ${millis.toFixed(2)} ms CPU/answer  p50 ${seen.p50Ms.toFixed(1)} ms`);
  return millis;
}

async function compare(
  title: string,
  { relay, gateway }: { readonly relay: Candidate; readonly gateway: Candidate },
  measure: (candidate: Candidate) => Promise<number>,
): Promise<void> {
  const values = { relay: [] as number[], gateway: [] as number[] };
  for (let round = 0; round <= Number(options.rounds); round++) {
    const [bare, ours] = [await measure(relay), await measure(gateway)];
    // The first round warms up.
    if (round > 0) values.relay.push(bare);
    if (round > 0) values.gateway.push(ours);
  }
  const [bare, ours] = [median(values.relay), median(values.gateway)];
  console.log(
    `median, ${title}: relay ${bare.toFixed(2)}, sluice ${ours.toFixed(2)}, ratio ${(ours / bare).toFixed(2)}`,
  );
}

async function main(): Promise<void> {
  const input = Array.from({ length: 256 }, (_, index) => `passage ${index}`);
  const body = { model: 'bge-m3/dev', input, encoding_format: 'base64' };
  writeFileSync(join(folder, 'embeddings.json'), JSON.stringify(body));
  const { origin } = await startScript(loadFile('stream-upstream.mjs'), [options.tokens, TOKEN_INTERVAL_MS]);
  const gateway = await startGateway(origin);
  console.log(`${describeMachine()}; ${options.streams} streams of ${options.tokens} tokens at 50 a second`);
  const streamRelay = { name: 'relay', ...(await startScript(loadFile('bare-stream-relay.mjs'), [origin, '/stream'])) };
  await compare('µs per event', { relay: streamRelay, gateway }, measureStreams);
  const replyRelay = { name: 'relay', ...(await startScript(loadFile('bare-relay.mjs'), [origin, '/big'])) };
  await compare('ms per 2 MB answer', { relay: replyRelay, gateway }, measureReplies);
}

try {
  await main();
} finally {
  stopAll();
  rmSync(folder, { recursive: true, force: true });
}
