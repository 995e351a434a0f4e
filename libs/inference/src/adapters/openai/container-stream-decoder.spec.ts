import { describe, expect, it } from 'vitest';
import { ContainerStreamDecoder, type ContainerEvent } from './container-stream-decoder.js';

function decode(chunks: readonly Buffer[]): ContainerEvent[] {
  const decoder = new ContainerStreamDecoder();
  return [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.end()];
}

const CHUNKS = [{ a: 'größe 日本 🎉' }, { a: ' data: {"x":1}\n[DONE]' }, { a: { b: [1, { c: '}' }] } }];
const VALUES: readonly ContainerEvent[] = CHUNKS.map((value) => ({ kind: 'value', value }));
const DONE: ContainerEvent = { kind: 'done' };
const lines = CHUNKS.map((chunk) => JSON.stringify(chunk));

const STREAMS: Readonly<Record<string, readonly [string, readonly ContainerEvent[]]>> = {
  'JSON lines': [lines.map((line) => `${line}\n`).join(''), VALUES],
  'JSON lines without a last newline': [lines.join('\n'), VALUES],
  'JSON lines with CRLF': [lines.map((line) => `${line}\r\n`).join(''), VALUES],
  'server-sent events': [`${lines.map((line) => `data: ${line}\n\n`).join('')}data: [DONE]\n\n`, [...VALUES, DONE]],
  'server-sent events with CRLF and without spaces': [
    `${lines.map((line) => `data:${line}\r\n\r\n`).join('')}data:[DONE]\r\n\r\n`,
    [...VALUES, DONE],
  ],
  'server-sent events with comments and other fields': [
    `\ufeff: hello\n\n${lines.map((line) => `event: chunk\nid: 7\nretry: 10\ndata: ${line}\n\n: ping\n`).join('')}data: [DONE]`,
    [...VALUES, DONE],
  ],
  'events without blank lines': [lines.map((line) => `data: ${line}\n`).join(''), VALUES],
  'JSON over several data lines': [
    'data: {"a":\ndata: 1,"b":{}\ndata: }\n\n',
    [{ kind: 'value', value: { a: 1, b: {} } }],
  ],
  'JSON over several plain lines': [JSON.stringify(CHUNKS[2], null, 2), [{ kind: 'value', value: CHUNKS[2] }]],
};

describe('ContainerStreamDecoder', () => {
  it.each(Object.entries(STREAMS))('reads %s, cut at every byte', (_name, [text, expected]) => {
    const bytes = Buffer.from(text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(decode([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(expected);
    }
  });

  it.each(Object.entries(STREAMS))('reads %s, byte by byte', (_name, [text, expected]) => {
    expect(decode(Array.from(Buffer.from(text), (byte) => Buffer.from([byte])))).toEqual(expected);
  });

  it.each(['Internal Server Error', 'data: oops\n\n', '{"cut":', '{"a":1\n\n'])('reports %j as garbage', (text) => {
    expect(decode([Buffer.from(text)])).toEqual([{ kind: 'garbage', text: expect.any(String) as string }]);
  });

  it('reports garbage at once, not at the end', () => {
    expect(new ContainerStreamDecoder().push(Buffer.from('Internal Server Error\n'))).toEqual([
      { kind: 'garbage', text: 'Internal Server Error' },
    ]);
  });

  it('does not collect a line without end', () => {
    const decoder = new ContainerStreamDecoder();
    const piece = Buffer.alloc(1024 * 1024, 'x');
    const events = Array.from({ length: 9 }, () => decoder.push(piece)).flat();

    expect(events).toEqual([{ kind: 'garbage', text: 'a line without end' }]);
  });
});
