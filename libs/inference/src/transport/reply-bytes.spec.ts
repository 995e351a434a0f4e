import { describe, expect, it } from 'vitest';
import { ReplyBytes } from './reply-bytes.js';

const TEXT = 'an answer that came in pieces';

/** The text cut at the given offsets. */
function cut(...offsets: readonly number[]): ReplyBytes {
  const bounds = [0, ...offsets, TEXT.length];
  return new ReplyBytes(bounds.slice(1).map((end, index) => Buffer.from(TEXT.slice(bounds[index], end))));
}

describe('ReplyBytes', () => {
  it('is the same text, however it was cut', () => {
    for (let first = 0; first <= TEXT.length; first++) {
      for (let second = first; second <= TEXT.length; second++) {
        const reply = cut(first, second);
        expect([reply.length, reply.inspect(String), String(reply.body)]).toEqual([TEXT.length, TEXT, TEXT]);
      }
    }
  });

  it('replaces bytes wherever they lie', () => {
    const edits = [
      { start: 3, end: 9, text: 'Answer' },
      { start: 10, end: 10, text: '(' },
      { start: 23, end: TEXT.length, text: 'one' },
    ];
    for (let first = 0; first <= TEXT.length; first++) {
      for (let second = first; second <= TEXT.length; second++) {
        expect(String(cut(first, second).edited(edits).body)).toBe('an Answer (that came in one');
      }
    }
  });

  it('edits without a copy of what stays', () => {
    const bytes = Buffer.from(TEXT);
    const edited = new ReplyBytes([bytes]).edited([{ start: 0, end: 2, text: 'AN' }]);
    expect(edited.pieces[1]?.buffer).toBe(bytes.buffer);
  });

  it('gives each reader of its body the same memory, and none that another answer writes to', () => {
    const reply = cut(5);
    const { body } = reply;
    expect(reply.body).toBe(body);
    cut(7).inspect((bytes) => bytes.toString('utf8').length);
    new ReplyBytes([Buffer.from('x'), Buffer.from('y')]).inspect((bytes) => bytes.length);
    expect(String(body)).toBe(TEXT);
  });

  it('may be empty', () => {
    expect([new ReplyBytes([]).length, new ReplyBytes([]).body.length]).toEqual([0, 0]);
  });
});
