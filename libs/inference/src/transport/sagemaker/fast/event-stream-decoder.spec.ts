import { crc32 as crc } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeEventStreamMessage, encodeException, encodePayloadPart } from '../../../testing/encode-event-stream.js';
import { EventStreamDecoder, EventStreamError, type EventStreamMessage } from './event-stream-decoder.js';

const TEXTS = ['{"a":1}\n', '', 'größe 日本 🎉', 'x'.repeat(3000)];
const STREAM = Buffer.concat([
  ...TEXTS.map(encodePayloadPart),
  encodeException('ModelStreamError', { Message: 'no', ErrorCode: 'StreamBroken' }),
]);

function decode(chunks: readonly Buffer[]): { messages: EventStreamMessage[]; decoder: EventStreamDecoder } {
  const decoder = new EventStreamDecoder();
  return { messages: chunks.flatMap((chunk) => decoder.push(chunk)), decoder };
}

function describeMessages(messages: readonly EventStreamMessage[]): unknown {
  return messages.map(({ headers, payload }) => [Object.fromEntries(headers), payload.toString('utf8')]);
}

describe('EventStreamDecoder', () => {
  it('decodes payload parts and exceptions', () => {
    const { messages, decoder } = decode([STREAM]);

    expect(messages.slice(0, 4).map(({ payload }) => payload.toString('utf8'))).toEqual(TEXTS);
    expect(messages[0]?.headers.get(':event-type')).toBe('PayloadPart');
    expect(messages[4]?.headers.get(':exception-type')).toBe('ModelStreamError');
    expect(decoder.isAtBoundary).toBe(true);
  });

  it('gives the same messages for a cut at every byte', () => {
    const whole = describeMessages(decode([STREAM]).messages);

    for (let cut = 0; cut <= STREAM.length; cut++) {
      const { messages, decoder } = decode([STREAM.subarray(0, cut), STREAM.subarray(cut)]);
      expect(describeMessages(messages)).toEqual(whole);
      expect(decoder.isAtBoundary).toBe(true);
    }
  });

  it('gives the same messages byte by byte', () => {
    const bytes = Array.from(STREAM, (byte) => Buffer.from([byte]));

    expect(describeMessages(decode(bytes).messages)).toEqual(describeMessages(decode([STREAM]).messages));
  });

  it('knows that a stream ended inside a message', () => {
    expect(decode([STREAM.subarray(0, STREAM.length - 1)]).decoder.isAtBoundary).toBe(false);
  });

  it('notices every single damaged byte', () => {
    const message = encodePayloadPart('{"a":1}');

    for (let at = 0; at < message.length; at++) {
      const damaged = Buffer.from(message);
      damaged[at] = (damaged[at] ?? 0) ^ 0x01;
      expect(() => decode([damaged]), `byte ${at}`).toThrow(EventStreamError);
    }
  });

  it('refuses bytes that are no event stream', () => {
    expect(() => decode([Buffer.from('<html>Bad gateway</html>')])).toThrow(EventStreamError);
  });

  it('steps over headers of other types', () => {
    const head = Buffer.concat([
      Buffer.from([1, 0x61, 0]), // a: true
      Buffer.from([1, 0x62, 4, 0, 0, 0, 7]), // b: integer
      Buffer.from([1, 0x63, 8, 0, 0, 0, 0, 0, 0, 0, 1]), // c: timestamp
      Buffer.from([1, 0x64, 6, 0, 2, 9, 9]), // d: bytes
    ]);
    const plain = encodeEventStreamMessage({ ':message-type': 'event' }, Buffer.from('x'));
    const message = withHeaders(plain, head);

    const [decoded] = decode([message]).messages;

    expect(Object.fromEntries(decoded?.headers ?? [])).toEqual({ ':message-type': 'event' });
    expect(decoded?.payload.toString('utf8')).toBe('x');
  });
});

/** The message with further header bytes in front of its own. */
function withHeaders(message: Buffer, extra: Buffer): Buffer {
  const headersEnd = 12 + message.readUInt32BE(4);
  const own = message.subarray(12, headersEnd);
  const payload = message.subarray(headersEnd, message.length - 4);
  // An encoder that takes raw header bytes: one text header whose frame is cut away again.
  return encodeRaw(Buffer.concat([extra, own]), payload);
}

function encodeRaw(head: Buffer, payload: Buffer): Buffer {
  const framed = encodeEventStreamMessage({}, Buffer.concat([head, payload]));
  const prelude = Buffer.from(framed.subarray(0, 12));
  prelude.writeUInt32BE(head.length, 4);
  prelude.writeUInt32BE(crc(prelude.subarray(0, 8)), 8);
  const body = Buffer.concat([prelude, head, payload]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc(body));
  return Buffer.concat([body, checksum]);
}
