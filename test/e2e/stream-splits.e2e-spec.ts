import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSystem, type System } from '../setup/processes.js';
import { sendJson } from './support/clients.js';
import { writeCatalog, type TemporaryCatalog } from './support/emd/catalogs.js';
import { ScriptedServer } from './support/emd/scripted-server.js';

const MODEL = 'split/dev';

interface Choice {
  readonly index?: number;
  readonly delta?: object;
  readonly text?: string;
  readonly finish_reason: string | null;
}

const chunk = (choices: readonly Choice[], object = 'chat.completion.chunk'): string =>
  JSON.stringify({
    id: 'c-1',
    object,
    created: 1,
    model: 'split',
    choices: choices.map((choice) => ({ index: 0, ...choice })),
  });
const say = (content: string, index = 0): Choice => ({ index, delta: { content }, finish_reason: null });
const end = (reason: string, index = 0): Choice => ({ index, delta: {}, finish_reason: reason });
const asEvents = (lines: readonly string[], eol = '\n'): string =>
  lines.map((line) => `data: ${line}${eol}${eol}`).join('');
const call = (tool: object): Choice => ({ delta: { tool_calls: [{ index: 0, ...tool }] }, finish_reason: null });

const usage =
  '{"id":"c-1","object":"chat.completion.chunk","created":1,"model":"split","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}';
const talk = [chunk([say('ünï ✓ ')]), chunk([say('😀')]), chunk([end('stop')])];

/** As model servers frame them, by what is special about them. */
const STREAMS: Readonly<Record<string, string>> = {
  'events with [DONE]': `${asEvents(talk)}data: [DONE]\n\n`,
  'events without [DONE], ended by CRLF, with a comment': `: hello\r\n\r\n${asEvents(talk, '\r\n')}`,
  'events without a space, each with a name': talk.map((line) => `event: message\ndata:${line}\n\n`).join(''),
  'JSON lines': talk.map((line) => `${line}\n`).join(''),
  'two choices that end apart, and usage': `${asEvents([chunk([say('a')]), chunk([say('b', 1)]), chunk([end('stop')]), chunk([say('c', 1)]), chunk([end('length', 1)]), usage])}data: [DONE]\n\n`,
  'a tool call': `${asEvents([chunk([call({ id: 'call_1', type: 'function', function: { name: 'look', arguments: '' } })]), chunk([call({ function: { arguments: '{"at":"Zür' } })]), chunk([call({ function: { arguments: 'ich"}' } })]), chunk([end('tool_calls')])])}data: [DONE]\n\n`,
  reasoning: `${asEvents([chunk([{ delta: { reasoning_content: 'hm … ' }, finish_reason: null }]), ...talk])}data: [DONE]\n\n`,
  'an error behind the first words': asEvents([
    chunk([say('a')]),
    '{"error":{"message":"engine died ✗","type":"InternalServerError","param":null,"code":500}}',
  ]),
  'a cut behind the first words': asEvents([chunk([say('a')])]),
};

describe('A stream that arrives in two pieces', () => {
  const server = new ScriptedServer();
  let catalog: TemporaryCatalog;
  let system: System;

  beforeAll(async () => {
    const baseUrl = await server.start();
    const target = { kind: 'http', baseUrl };
    catalog = await writeCatalog([{ id: MODEL, type: 'chat', target, transports: ['http'], adapter: 'openai' }]);
    // Streams that break are no reason to stop asking, here.
    system = await startSystem({ environment: { SLUICE_CATALOG: catalog.path, SLUICE_BREAKER_FAILURES: '10000' } });
  });

  afterAll(async () => {
    await system?.stop();
    await server.stop();
    await catalog?.remove();
  });

  const ask = async (pieces: readonly Buffer[]): Promise<string> => {
    server.play(async (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const piece of pieces) {
        response.write(piece);
        await nextTurn();
      }
      response.end();
    });
    const answer = await sendJson(system, '/v1/chat/completions', {
      model: MODEL,
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: 'x' }],
    });
    // What differs between any two answers.
    return `${answer.status} ${answer.text.replaceAll(/req_[0-9a-z]+/g, 'req')}`;
  };

  it.each(Object.entries(STREAMS))('reads the same wherever it is cut: %s', async (name, stream) => {
    const bytes = Buffer.from(stream);
    const whole = await ask([bytes]);
    expect(whole).toMatch(/^200 data: /);
    expect(whole.endsWith('data: [DONE]\n\n')).toBe(!/error|a cut/.test(name));
    for (let at = 1; at < bytes.length; at++) {
      expect(await ask([bytes.subarray(0, at), bytes.subarray(at)]), `cut at byte ${at}`).toBe(whole);
    }
  });
});
