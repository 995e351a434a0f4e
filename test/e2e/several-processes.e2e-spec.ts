import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { startSystem, type System } from '../setup/processes.js';
import { askAnew } from './support/ask-anew.js';
import { impatientClient, send } from './support/clients.js';
import { isRunning, mainPid, readApiLog, servingPids } from './support/process-log.js';
import { startReplicas, type Replicas } from './support/replicas.js';

const COUNT = 2;
const WAIT = { timeout: 60_000, interval: 100 };
const TOKEN_DELAY_MS = 20;

describe('Several processes of the api behind one port', () => {
  let system: System | undefined;
  let replicas: Replicas | undefined;

  afterEach(async () => {
    await system?.stop();
    await replicas?.stop();
    system = undefined;
    replicas = undefined;
  });

  const start = async (environment: Record<string, string> = {}): Promise<System> => {
    const started = await startSystem({ environment: { SLUICE_API_PROCESSES: String(COUNT), ...environment } });
    system = started;
    await expect.poll(() => mainPid(started).catch(() => undefined), WAIT).toBeTypeOf('number');
    await expect.poll(async () => (await servingPids(started)).size, WAIT).toBe(COUNT);
    return started;
  };
  const ask = async ({ baseUrl, apiKey }: System): Promise<number> => (await askAnew(baseUrl, apiKey)).status;
  const numbersOf = async (running: System): Promise<string> => (await send(running, '/metrics')).text;

  it('share the calls, and /metrics of any of them shows the numbers of each', async () => {
    const running = await start();
    const statuses = await Promise.all(Array.from({ length: 30 }, () => ask(running)));

    expect(statuses).toEqual(Array.from({ length: 30 }, () => 200));
    const counted = (page: string): number[] =>
      [...page.matchAll(/^sluice_http_requests_total\{[^}]*"\/embeddings"[^}]*process="\d"\} (\d+)$/gm)].map(
        ([, count]) => Number(count),
      );
    await expect.poll(async () => counted(await numbersOf(running)).reduce((sum, one) => sum + one, 0), WAIT).toBe(30);
    const numbers = await numbersOf(running);
    expect(counted(numbers)).toHaveLength(COUNT);
    expect(numbers).toMatch(/^sluice_api_processes 2$/m);
    await expect
      .poll(async () => {
        const lines = await readApiLog(running);
        const serving = lines.filter(({ route }) => route === '/embeddings');
        return new Set(serving.map(({ process: number }) => number)).size;
      }, WAIT)
      .toBe(COUNT);
  });

  it('go on when one is killed: it is replaced, and no later call fails', async () => {
    const running = await start();
    const before = await servingPids(running);
    const victim = before.get(2);
    if (victim === undefined) throw new Error('there is no second process');
    process.kill(victim, 'SIGKILL');
    // Until the first process knows, within milliseconds, a connection may still be handed to the dead one.
    await expect.poll(() => running.logs('api'), WAIT).toContain('a process has ended and is started again');

    let isReplaced = false;
    const giveUpAt = Date.now() + WAIT.timeout;
    while (!isReplaced && Date.now() < giveUpAt) {
      expect(await ask(running)).toBe(200);
      isReplaced = (await servingPids(running)).get(2) !== victim;
    }
    expect(isReplaced).toBe(true);
    await expect.poll(() => numbersOf(running), WAIT).toMatch(/^sluice_api_process_restarts_total 1$/m);
    expect(await Promise.all(Array.from({ length: 9 }, () => ask(running)))).toEqual(
      Array.from({ length: 9 }, () => 200),
    );
    expect((await servingPids(running)).get(1)).toBe(before.get(1));
  });

  it('replace one that hangs, while the others serve', async () => {
    const running = await start({ SLUICE_API_HANG_MS: '3000' });
    const victim = (await servingPids(running)).get(2);
    if (victim === undefined) throw new Error('there is no second process');
    process.kill(victim, 'SIGSTOP');

    await expect.poll(async () => (await servingPids(running)).get(2) !== victim, WAIT).toBe(true);
    expect(isRunning(victim)).toBe(false);
    expect(await ask(running)).toBe(200);
  });

  it('let open streams end on SIGTERM, and then are all gone', async () => {
    const running = await start({ LOCAL_AWS_TOKEN_DELAY_MS: String(TOKEN_DELAY_MS) });
    const pids = [...(await servingPids(running)).values(), await mainPid(running)];
    const words = Array.from({ length: 60 }, (_item, index) => `word${index}`).join(' ');
    const open = async (): Promise<{ readonly rest: Promise<string> }> => {
      const stream = await impatientClient(running).chat.completions.create({
        model: 'Llama-3.3-70B-Instruct/dev',
        messages: [{ role: 'user', content: `Reply with exactly: ${words}` }],
        stream: true,
      });
      const events = stream[Symbol.asyncIterator]();
      const first = await events.next();
      const read = async (): Promise<string> => {
        let said = first.done === true ? '' : (first.value.choices[0]?.delta.content ?? '');
        for (let event = await events.next(); event.done !== true; event = await events.next())
          said += event.value.choices[0]?.delta.content ?? '';
        return said;
      };
      return { rest: read() };
    };
    const streams = await Promise.all(Array.from({ length: 6 }, open));

    await running.kill('api', 'SIGTERM');

    for (const { rest } of streams) expect((await rest).trim()).toBe(words);
    expect(pids.filter(isRunning)).toEqual([]);
  });

  it('end at once on a second signal, and when the first of them is killed', async () => {
    for (const signals of [['SIGTERM', 'SIGTERM'], ['SIGKILL']] as const) {
      const running = await start({ LOCAL_AWS_TOKEN_DELAY_MS: '1000', SLUICE_DRAIN_TIMEOUT_MS: '600000' });
      const main = await mainPid(running);
      const pids = [...(await servingPids(running)).values(), main];
      const stream = await impatientClient(running).chat.completions.create({
        model: 'Llama-3.3-70B-Instruct/dev',
        messages: [{ role: 'user', content: 'Reply with exactly: one two three four five six seven eight nine ten' }],
        stream: true,
      });
      const cut = Array.fromAsync(stream).then(
        () => undefined,
        (error: unknown) => error,
      );
      for (const signal of signals) {
        process.kill(main, signal);
        await expect
          .poll(async () => !isRunning(main) || (await running.logs('api')).includes('stopping'), WAIT)
          .toBe(true);
      }

      await expect.poll(() => pids.filter(isRunning), WAIT).toEqual([]);
      expect(await cut).toBeInstanceOf(Error);
      await running.stop();
    }
  });

  it('say once, in one line, that the port is taken', async () => {
    const running = await start();
    const environment = {
      PATH: process.env['PATH'],
      PORT: new URL(running.baseUrl).port,
      SLUICE_API_KEY: running.apiKey,
      SLUICE_API_PROCESSES: String(COUNT),
      SLUICE_LOG_LEVEL: 'fatal',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
    };
    const second = spawn(process.execPath, ['dist/apps/api/src/main.js'], { env: environment });
    const [said, [code]] = await Promise.all([text(second.stderr), once(second, 'exit')]);

    expect(said).toMatch(/^sluice api: Port \d+ on 127\.0\.0\.1 is in use\. Stop what is using it, [^\n]*\n$/);
    expect(code).toBe(1);
  });

  it('hold one limit together, as several machines do', async () => {
    const key = 'sk-together-0123456789abcdef';
    const environment = { SLUICE_API_PROCESSES: '2' };
    const started = await startReplicas(1, { keys: [{ key, limits: { requestsPerMinute: 60 } }], environment });
    replicas = started;
    const [url = ''] = started.urls;
    const numbers = async (): Promise<string> => (await fetch(`${url}/metrics`)).text();
    for (const number of ['1', '2'])
      await expect.poll(numbers, WAIT).toMatch(new RegExp(`^sluice_limits_replicas\\{process="${number}"\\} 2$`, 'm'));
    const statuses: number[] = [];
    // Four at a time: far more than the limit, and less than the minute in which it would be given back.
    for (let call = 0; call < 40; call++)
      statuses.push(...(await Promise.all(Array.from({ length: 4 }, async () => (await askAnew(url, key)).status))));

    const accepted = statuses.filter((status) => status === 200).length;
    expect(accepted).toBeGreaterThanOrEqual(54);
    expect(accepted).toBeLessThanOrEqual(75);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
  });
});
