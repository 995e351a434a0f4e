import { describe, expect, it } from 'vitest';
import { newTimeOrderedId } from '#platform';
import { errorRow, requestOfRow, responseRow } from './output-row.js';

const SUBJECT = { jobId: 'batch_abc', kind: 'batch', request: 35, customId: 'my "id"\n\u2028' } as const;
const USAGE = { promptTokens: 1, completionTokens: 2, totalTokens: 3 };

function respond(body: string, status = 200) {
  return responseRow(SUBJECT, { status, requestId: 'req_1', body: Buffer.from(body), usage: USAGE });
}

describe('responseRow', () => {
  it("has OpenAI's shape", () => {
    const row = respond('{"object":"list"}');
    expect([row.request, row.ok, row.usage]).toEqual([35, true, USAGE]);
    expect(JSON.parse(row.json.toString())).toEqual({
      id: 'batch_req_abc00000z',
      custom_id: SUBJECT.customId,
      response: { status_code: 200, request_id: 'req_1', body: { object: 'list' } },
      error: null,
    });
  });

  it("keeps the bytes of the model's answer, numbers spelled as they came", () => {
    const body = '{"seed":9007199254740993, "x":1.10,"s":"\\u00e9 é"}';
    expect(respond(body).json.toString()).toContain(body);
  });

  it('puts an answer that is printed over several lines on one', () => {
    const pretty = JSON.stringify({ a: [1, 2], text: 'line\nbreak\r' }, null, 2).replaceAll('\n', '\r\n');
    const { json } = respond(pretty);
    expect(json.includes(0x0a) || json.includes(0x0d)).toBe(false);
    expect(JSON.parse(json.toString())).toMatchObject({ response: { body: { a: [1, 2], text: 'line\nbreak\r' } } });
  });

  it('does not change the bytes it was given', () => {
    const body = Buffer.from('{\n}');
    responseRow(SUBJECT, { status: 200, requestId: 'req_1', body, usage: undefined });
    expect(body.toString()).toBe('{\n}');
  });

  it('counts a refusal as failed, and what was not counted as nothing', () => {
    expect([respond('{}', 399).ok, respond('{}', 400).ok]).toEqual([true, false]);
    const uncounted = responseRow(SUBJECT, { status: 200, requestId: 'r', body: Buffer.from('{}'), usage: undefined });
    expect(uncounted.usage.totalTokens).toBe(0);
  });
});

describe('errorRow', () => {
  it('has no response, and the code and the message', () => {
    const row = errorRow(SUBJECT, 'batch_expired', 'Too "late".');
    expect(row.ok).toBe(false);
    expect(JSON.parse(row.json.toString())).toEqual({
      id: 'batch_req_abc00000z',
      custom_id: SUBJECT.customId,
      response: null,
      error: { code: 'batch_expired', message: 'Too "late".' },
    });
    expect(row.json.includes(0x0a)).toBe(false);
  });

  it('has the same id each time the line is done, and another line has another', () => {
    const idOf = (request: number): unknown =>
      (JSON.parse(errorRow({ ...SUBJECT, request }, 'c', 'm').json.toString()) as { id: unknown }).id;
    expect(idOf(35)).toBe(idOf(35));
    expect(new Set(Array.from({ length: 100 }, (_, request) => idOf(request))).size).toBe(100);
  });
});

describe('requestOfRow', () => {
  const batch = { jobId: newTimeOrderedId('batch_', 0), kind: 'batch', customId: '"}{' } as const;
  const embeddings = { jobId: newTimeOrderedId('job_', 0), kind: 'embeddings', customId: '"a"' } as const;
  const requests = [0, 9, 35, 36, 1_000_000, 36 ** 6 + 7];

  it.each(requests)('reads %i back from rows of each kind', (request) => {
    for (const subject of [batch, embeddings, { ...embeddings, line: 7 }, { ...batch, customId: null }]) {
      const { json } = errorRow({ ...subject, request }, 'code', 'message');
      expect([subject.kind, requestOfRow(subject.kind, json)]).toEqual([subject.kind, request]);
    }
  });

  it('knows what is no such row', () => {
    for (const row of ['', '{}', 'x', '{"id":"batch_req_"', '{"index":"1"}']) {
      expect(requestOfRow('batch', Buffer.from(row))).toBeUndefined();
      expect(requestOfRow('embeddings', Buffer.from(row))).toBeUndefined();
    }
  });
});
