import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JobObject } from '#contracts';
import { CuttableProxy } from '../setup/cuttable-proxy.js';
import { startSystem, type System } from '../setup/processes.js';
import { chatRequest, createBatch, finishedBatch, toLines, uploadInput } from './support/batches.js';
import { CHAT_ENDPOINT, EMBEDDING_ENDPOINT } from './support/clients.js';
import { FORM_MODEL, record } from './support/recordings.js';
import { examplesOf, jsonLines, ROOT, runProgram, SluiceCommand, type SluiceEnd } from './support/run-sluice.js';

const TEXTS = Array.from({ length: 1500 }, (_, index) => `passage number ${index}`);

describe('The command line', () => {
  let system: System;
  let proxy: CuttableProxy;
  let client: OpenAI;
  let folder: string;

  beforeAll(async () => {
    system = await startSystem({ environment: { SLUICE_CHUNK_LINES: '100' } });
    proxy = await CuttableProxy.open(system.baseUrl);
    client = new OpenAI({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey });
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-command-'));
  });

  afterEach(async () => {
    await system.clearFaults();
    await rm(folder, { recursive: true, force: true });
  });

  afterAll(async () => {
    await proxy?.close();
    await system?.stop();
  });

  /** Through the network that can be cut. */
  const start = (args: readonly string[], environment: NodeJS.ProcessEnv = {}): SluiceCommand =>
    new SluiceCommand(args, {
      folder,
      environment: { OPENAI_BASE_URL: `${proxy.url}/v1`, OPENAI_API_KEY: system.apiKey, ...environment },
    });

  const run = async (...args: string[]): Promise<SluiceEnd> => await start(args).ended;

  const write = async (name: string, content: string | Buffer): Promise<void> => {
    await writeFile(join(folder, name), content);
  };

  const read = async (name: string): Promise<string> => await readFile(join(folder, name), 'utf8');

  /** A batch whose answers are large, so that fetching them takes more than one packet. */
  async function finishedBatchOfVectors(lines: number): Promise<{ id: string; content: string; bytes: number }> {
    const requests = Array.from({ length: lines }, (_, line) => {
      const body = { model: 'bge-m3/dev', input: `text ${line}` };
      return { custom_id: `line-${line}`, method: 'POST', url: '/v1/embeddings', body };
    });
    const { id } = await createBatch(client, await uploadInput(client, toLines(requests)));
    const batch = await finishedBatch(client, id);
    const content = await (await client.files.content(batch.output_file_id ?? '')).text();
    return { id, content, bytes: Buffer.byteLength(content) };
  }

  it('goes from texts to vectors as its help says, though the network is cut in between', async () => {
    await system.addFault({ target: EMBEDDING_ENDPOINT, kind: 'slow', delayMs: 200 });
    await write('texts.txt', TEXTS.join('\n'));
    const help = await run('embed', '--help');
    const [example = []] = examplesOf(help.stdout);
    const command = start(example);
    await command.says('is accepted');
    proxy.cut();
    await command.says('trying again for 5 min');
    proxy.mend();
    await system.clearFaults();
    const end = await command.ended;
    const rows = jsonLines<{ index: number; embedding: number[] }>(await read('vectors.jsonl'));

    expect(end).toMatchObject({ code: 0, stdout: '' });
    expect(end.stderr).toContain('✓ connected again after');
    expect(end.stderr).toMatch(/is completed in \d+ s: 1500 of 1500 lines done, 0 failed\n→ vectors\.jsonl\n$/);
    expect(rows.map(({ index }) => index)).toEqual([...TEXTS.keys()]);
    expect((await readdir(folder)).toSorted()).toEqual(['texts.txt', 'vectors.jsonl']);
  });

  it('says what a table of texts would take, and then makes a table of vectors of it', async () => {
    await write('articles.csv', 'key,body\na,"one, two"\nb,"three\nfour"\nc,five\n');
    const order = ['embed', 'articles.csv', '--model', 'bge-m3/dev', '--text-field', 'body', '--id-field', 'key'];
    const estimated = await run(...order, '--dry-run');
    const made = await run(
      ...order,
      '--output-format',
      'parquet',
      '--output-dtype',
      'float16',
      '-o',
      'vectors.parquet',
    );

    expect(estimated.code).toBe(0);
    expect(estimated.stderr).toMatch(/It would be 3 lines, about \d+ tokens, 1 calls at least/);
    expect(made.code).toBe(0);
    expect((await readFile(join(folder, 'vectors.parquet'))).subarray(0, 4).toString()).toBe('PAR1');
  });

  it('goes on where a download was cut, in the same command and in the next one', async () => {
    const { id, content, bytes } = await finishedBatchOfVectors(300);
    proxy.cutOnceAfter(Math.floor(bytes / 3));
    const first = await run('results', id, '-o', 'first.jsonl');
    proxy.cutOnceAfter(Math.floor(bytes / 3));
    const second = await run('results', id, '-o', 'second.jsonl', '--retry-for', '0');
    const left = await readdir(folder);
    const again = await run('results', id, '-o', 'second.jsonl');
    proxy.cutOnceAfter(Math.floor(bytes / 3));
    const toStdout = await run('results', id);

    expect(first).toMatchObject({ code: 0, stdout: '' });
    expect(first.stderr).toContain('the connection was cut; trying again');
    expect(await read('first.jsonl')).toBe(content);
    expect(second.code).toBe(3);
    expect(second.stderr).toContain(
      `What was fetched is kept. The same again: npx sluice results ${id} -o second.jsonl`,
    );
    expect(left).not.toContain('second.jsonl');
    expect(left.filter((name) => name.endsWith('.part'))).toHaveLength(1);
    expect(again.stderr).toContain('Going on with second.jsonl.file-');
    expect(await read('second.jsonl')).toBe(content);
    expect(toStdout).toMatchObject({ code: 0, stdout: content });
    expect(jsonLines((await run('results', id, '-o', 'third.jsonl', '--json')).stdout)).toMatchObject([{ id }]);
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('leaves the job running when it is interrupted, and says how to go on', async () => {
    await system.addFault({ target: CHAT_ENDPOINT, kind: 'slow', delayMs: 1000 });
    await write('requests.jsonl', toLines(Array.from({ length: 40 }, (_, line) => chatRequest(`${line}`, 'hello'))));
    const command = start(['batch', 'requests.jsonl', '--json']);
    await command.says('is accepted');
    const [id = ''] = /batch_\w+/.exec(command.stderr) ?? [];
    await command.says('lines');
    command.kill('SIGINT');
    const end = await command.ended;
    const running = jsonLines<JobObject>((await run('show', id, '--json')).stdout);
    await system.clearFaults();
    const watched = await run('watch', id, '--json');
    const states = jsonLines<JobObject>(watched.stdout);

    expect(end.code).toBe(130);
    expect(end.stderr).toContain(
      `Interrupted. ${id} goes on without this command. Look again: npx sluice watch ${id}; stop it: npx sluice cancel ${id}`,
    );
    expect(running).toMatchObject([{ id, ended_at: null }]);
    expect(watched.code).toBe(0);
    expect(states.at(-1)).toMatchObject({ id, status: 'completed', progress: { total: 40, done: 40 } });
    for (const state of jsonLines<JobObject>(end.stdout)) expect(state.id).toBe(id);
  });

  it('runs a batch, gives what failed apart, and runs that again', async () => {
    const bad = { ...chatRequest('bad', 'x'), body: { model: 'Qwen2.5-7B-Instruct/dev', messages: 'none' } };
    await write('requests.jsonl', toLines([chatRequest('good', 'Reply with exactly: fine'), bad]));
    const end = await run(
      'batch',
      'requests.jsonl',
      '-o',
      'out.jsonl',
      '--errors',
      'failed.jsonl',
      '--metadata',
      'a=b=c',
    );
    const [id = ''] = /batch_\w+/.exec(end.stderr) ?? [];
    const retried = await run('retry', id, '--detach');
    const watched = await run('watch', retried.stdout.trim());
    const shown = jsonLines<JobObject>((await run('show', id, '--json')).stdout);
    const listed = jsonLines<JobObject>((await run('list', '--limit', '2', '--json')).stdout);
    const table = await run('list', '--limit', '1');

    expect(end).toMatchObject({ code: 1, stdout: '' });
    expect(jsonLines(await read('out.jsonl'))).toMatchObject([{ custom_id: 'good' }]);
    expect(jsonLines(await read('failed.jsonl'))).toMatchObject([{ custom_id: 'bad', response: { status_code: 400 } }]);
    expect(shown).toMatchObject([{ id, type: 'batch', endpoint: '/v1/chat/completions', metadata: { a: 'b=c' } }]);
    expect(retried.code).toBe(0);
    expect(watched.code).toBe(1);
    expect(listed.map((job) => [job.id, job.retry_of])).toEqual([
      [retried.stdout.trim(), id],
      [id, null],
    ]);
    expect(table.stdout).toMatch(
      new RegExp(String.raw`^${retried.stdout.trim()}  batch +completed +1/1 \(1 failed\) `),
    );
  });

  it('fetches rows while a job runs, and cancels it', async () => {
    await system.addFault({ target: CHAT_ENDPOINT, kind: 'slow', delayMs: 200 });
    const lines = toLines(Array.from({ length: 600 }, (_, line) => chatRequest(`${line}`, 'hello')));
    const { id } = await createBatch(client, await uploadInput(client, lines), '/v1/chat/completions');
    for (;;) {
      const [job] = jsonLines<JobObject>((await run('show', id, '--json')).stdout);
      if ((job?.progress.done ?? 0) >= 200) break;
    }
    const early = await run('results', id);
    const partial = await run('results', id, '--partial');
    const cancelled = await run('cancel', id);
    const watched = await run('watch', id);
    const again = await run('cancel', id);

    expect(early).toMatchObject({ code: 1, stdout: '' });
    expect(early.stderr).toContain(`npx sluice results ${id} --partial`);
    expect(partial).toMatchObject({ code: 0 });
    expect(partial.stderr).toContain('not all yet');
    expect(jsonLines(partial.stdout).length).toBeGreaterThanOrEqual(100);
    expect(cancelled).toMatchObject({ code: 0, stdout: '' });
    expect(watched.code).toBe(1);
    expect(watched.stderr).toContain(`✗ ${id} is cancelled`);
    expect(again.code).toBe(4);
  });

  it('writes a recording down in the format that the name of the output says', async () => {
    await write('talk.wav', record({ seconds: 12, seed: 3, pauseSeconds: [0.2, 0.6] }).wav);
    const end = await run('transcribe', 'talk.wav', '--model', FORM_MODEL, '-o', 'talk.srt');
    const [id = ''] = /job_\w+/.exec(end.stderr) ?? [];
    const text = await run('results', id, '--format', 'text');

    expect(end).toMatchObject({ code: 0, stdout: '' });
    expect(await read('talk.srt')).toMatch(/^1\n00:00:\d\d,\d{3} --> 00:00:\d\d,\d{3}\n\w+/);
    expect(text.code).toBe(0);
    expect(text.stdout.split(' ').length).toBeGreaterThan(5);
  });

  it('tells by its exit code what is wrong, and says it on standard error alone', async () => {
    await write('texts.txt', 'a text\n');
    await write('empty.txt', '');
    const { id: doneId } = await finishedBatchOfVectors(1);
    const model = ['--model', 'bge-m3/dev'];
    const cases: [number, string, string[]][] = [
      [2, "unknown command 'embde'", ['embde']],
      [2, "required option '--model <id>' not specified", ['embed', 'texts.txt']],
      [2, 'Expected a whole number', ['list', '--limit', 'many']],
      [2, "'texts' is no id of a job", ['watch', 'texts']],
      [2, 'none.txt cannot be read: there is no such file', ['embed', 'none.txt', ...model]],
      [2, 'empty.txt is empty', ['embed', 'empty.txt', ...model]],
      [2, 'no JSON object with a url', ['batch', 'texts.txt']],
      [2, 'Standard output takes one thing', ['embed', 'texts.txt', ...model, '--json', '-o', '-']],
      [2, `${folder} is no file. Standard output is`, ['results', doneId, '-o', folder]],
      [2, 'no such file or folder', ['results', doneId, '-o', 'none/out.jsonl']],
      [2, 'is no base URL', ['list', '--base-url', 'localhost:8080']],
      [3, 'nothing listens there', ['list', '--base-url', 'http://127.0.0.1:1/v1']],
      [4, 'Incorrect API key provided', ['list', '--api-key', 'sk-wrong']],
      [4, 'The model `bge-m4` does not exist', ['embed', 'texts.txt', '--model', 'bge-m4']],
      [4, 'No such Job object', ['watch', 'job_000000000000000000000']],
    ];
    for (const [code, message, args] of cases) {
      const end = await run(...args);
      expect({ args, ...end }).toMatchObject({ args, code, stdout: '' });
      expect(end.stderr).toContain(message);
    }
  });

  it('runs by npx and by npm in any folder of Sluice', async () => {
    const environment = {
      OPENAI_BASE_URL: `${proxy.url}/v1`,
      OPENAI_API_KEY: system.apiKey,
      npm_config_cache: join(folder, 'cache'),
      npm_config_update_notifier: 'false',
    };
    const place = { folder: join(ROOT, 'docs'), environment };
    const listed = await runProgram('npx', ['--offline', 'sluice', 'list', '--limit', '1', '--json'], place);
    // The file is one of that folder.
    const refused = await runProgram('npm', ['run', '--silent', 'sluice', '--', 'batch', 'jobs.md'], place);

    expect(listed).toMatchObject({ code: 0 });
    expect(jsonLines(listed.stdout)).toHaveLength(1);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('The first line of jobs.md is no JSON object');
  });

  it('finds the system that runs in a folder, and says so', async () => {
    await write('run.json', JSON.stringify({ baseUrl: `${system.baseUrl}/v1` }));
    await write('api-key', `${system.apiKey}\n`);
    const environment = { SLUICE_HOME: folder, OPENAI_BASE_URL: '', OPENAI_API_KEY: 'sk-of-somebody-else' };
    const found = await start(['list', '--limit', '1'], environment).ended;
    const none = await start(['list'], { ...environment, SLUICE_HOME: join(folder, 'none') }).ended;

    expect(found).toMatchObject({ code: 0 });
    expect(found.stderr).toBe(
      `Using the Sluice that runs here, ${system.baseUrl}/v1, with the key in ${join(folder, 'api-key')}\n`,
    );
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('Which Sluice?');
  });
});
