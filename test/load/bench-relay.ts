/**
 * `npm run bench:relay`: CPU time per request of the realtime chat path (keys, validation, signing, metrics, log) as a ratio to
 * a bare relay, both measured in this run, turn by turn, from the operating system's own count of each process.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    connections: { type: 'string', default: '32' },
    rounds: { type: 'string', default: '5' },
    relay: { type: 'string', default: new URL('bare-relay.mjs', import.meta.url).pathname },
  },
});

const API_KEY = 'sk-bench-0123456789abcdef';
const ENDPOINT = 'EMD-Model-qwen2-5-7b-instruct-endpoint';
const CLOCK_TICKS_PER_SECOND = 100;
const here = (name: string): string => new URL(name, import.meta.url).pathname;
const root = new URL('../..', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
const children: ChildProcess[] = [];

interface Candidate {
  readonly name: string;
  readonly pid: number;
  readonly url: string;
}

/** Starts a process and resolves with what its output shows by `pattern`. */
async function start(
  command: { readonly file: string; readonly arguments?: readonly string[]; readonly environment?: NodeJS.ProcessEnv },
  pattern: RegExp,
): Promise<{ pid: number; found: string }> {
  const child = spawn(process.execPath, [command.file, ...(command.arguments ?? [])], {
    cwd: root,
    env: command.environment ?? process.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let output = '';
  return await new Promise((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`${command.file} ended with ${code}: ${output.slice(-2000)}`)));
    child.stdout.on('data', (piece: Buffer) => {
      output = (output + piece.toString()).slice(-20_000);
      const found = pattern.exec(output)?.[1];
      if (found !== undefined && child.pid !== undefined) resolve({ pid: child.pid, found });
    });
  });
}

/** User and system CPU seconds that a process has used so far. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
}

function memoryMegabytes(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1024);
}

async function load(
  candidate: Candidate,
  requests: number,
  connections: number,
): Promise<{ p50Ms: number; p99Ms: number; perSecond: number }> {
  const bodyFile = join(folder, 'body.json');
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${API_KEY}` };
  const plan = JSON.stringify({ url: candidate.url, headers, bodyFile, requests, connections });
  const child = spawn(process.execPath, [here('load-generator.mjs'), plan], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
  const code = await new Promise((resolve) => child.on('exit', resolve));
  if (code !== 0) throw new Error(`the load on ${candidate.name} failed`);
  const seen = JSON.parse(output) as {
    seconds: number;
    statuses: Record<string, number>;
    p50Ms: number;
    p99Ms: number;
  };
  if (seen.statuses['200'] !== requests) throw new Error(`${candidate.name} answered ${JSON.stringify(seen.statuses)}`);
  return { ...seen, perSecond: requests / seen.seconds };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function main(): Promise<void> {
  const requests = Number(options.requests);
  const connections = Number(options.connections);
  const question = 'What is the capital of France, and on which river does it lie? '.repeat(12).trim();
  writeFileSync(
    join(folder, 'body.json'),
    JSON.stringify({
      model: 'Qwen2.5-7B-Instruct/dev',
      messages: [
        { role: 'system', content: 'You are a helpful assistant.' },
        { role: 'user', content: question },
      ],
      temperature: 0.7,
      max_tokens: 256,
      seed: 7,
    }),
  );
  const listening = /listening on (\d+)/;
  const upstream = await start({ file: here('fixed-upstream.mjs') }, listening);
  const origin = `http://127.0.0.1:${upstream.found}`;
  const path = `/endpoints/${ENDPOINT}/invocations`;
  const external = options.relay.endsWith('relay.mjs') && !options.relay.includes('bare-relay');
  const relay = await start(
    { file: options.relay, arguments: external ? ['18099', origin, path] : [origin, path] },
    external ? /relay on (\d+)/ : listening,
  );
  const gateway = await start(
    {
      file: join(root, 'dist/apps/api/src/main.js'),
      environment: {
        PATH: process.env['PATH'],
        PORT: '18098',
        SLUICE_API_KEY: API_KEY,
        SLUICE_KEY_PEPPER: 'pepper-of-the-benchmark-0123456789',
        SLUICE_CATALOG: join(root, 'sluice.yaml'),
        SLUICE_LOG_LEVEL: 'info',
        REDIS_URL: 'redis://127.0.0.1:1',
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'bench',
        AWS_SECRET_ACCESS_KEY: 'bench-secret',
        AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: origin,
        AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
      },
    },
    /127\.0\.0\.1:(18098)/,
  );
  const candidates: Candidate[] = [
    { name: 'relay', pid: relay.pid, url: `http://127.0.0.1:${relay.found}/v1/chat/completions` },
    { name: 'sluice', pid: gateway.pid, url: 'http://127.0.0.1:18098/v1/chat/completions' },
  ];
  for (const candidate of candidates) await load(candidate, Math.min(requests, 8000), connections);
  const micros = new Map<string, number[]>();
  console.log(
    `${cpus()[0]?.model ?? 'cpu'}, ${cpus().length} cores, Node ${process.versions.node}; ${requests} requests a round, ${connections} connections`,
  );
  for (let round = 1; round <= Number(options.rounds); round++) {
    for (const candidate of candidates) {
      const before = cpuSeconds(candidate.pid);
      const seen = await load(candidate, requests, connections);
      const spent = ((cpuSeconds(candidate.pid) - before) * 1e6) / requests;
      micros.set(candidate.name, [...(micros.get(candidate.name) ?? []), spent]);
      console.log(
        `round ${round} ${candidate.name.padEnd(7)} ${spent.toFixed(1).padStart(6)} µs CPU/request  ${seen.perSecond.toFixed(0).padStart(6)}/s  p50 ${seen.p50Ms.toFixed(2)} ms  p99 ${seen.p99Ms.toFixed(2)} ms  RSS ${memoryMegabytes(candidate.pid)} MB`,
      );
    }
  }
  await report(candidates, micros);
}

async function report(candidates: readonly Candidate[], micros: ReadonlyMap<string, readonly number[]>): Promise<void> {
  for (const candidate of candidates) {
    const alone = await load(candidate, 2000, 1);
    console.log(
      `one connection ${candidate.name.padEnd(7)} p50 ${alone.p50Ms.toFixed(3)} ms  p99 ${alone.p99Ms.toFixed(3)} ms`,
    );
  }
  const relayMicros = median(micros.get('relay') ?? []);
  const sluiceMicros = median(micros.get('sluice') ?? []);
  console.log(
    `median: relay ${relayMicros.toFixed(1)} µs, sluice ${sluiceMicros.toFixed(1)} µs, ratio ${(sluiceMicros / relayMicros).toFixed(2)}`,
  );
}

try {
  await main();
} finally {
  for (const child of children) child.removeAllListeners('exit').kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
