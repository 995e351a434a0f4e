import { crc32 } from 'node:zlib';

// Lengths and checksum of the head, then the checksum of the whole: four times 32 bits.
const preludeBytes = 12;
const trailerBytes = 4;
const stringHeaderType = 7;

/** One message of `application/vnd.amazon.eventstream`. */
function encodeEventStreamMessage(headers: Readonly<Record<string, string>>, payload: Buffer): Buffer {
  const encodedHeaders = Buffer.concat(Object.entries(headers).map(([name, value]) => encodeHeader(name, value)));
  const totalBytes = preludeBytes + encodedHeaders.length + payload.length + trailerBytes;
  const message = Buffer.alloc(totalBytes);
  message.writeUInt32BE(totalBytes, 0);
  message.writeUInt32BE(encodedHeaders.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  encodedHeaders.copy(message, preludeBytes);
  payload.copy(message, preludeBytes + encodedHeaders.length);
  message.writeUInt32BE(crc32(message.subarray(0, totalBytes - trailerBytes)), totalBytes - trailerBytes);
  return message;
}

export function encodePayloadPart(payload: Buffer): Buffer {
  return encodeEventStreamMessage(
    { ':event-type': 'PayloadPart', ':content-type': 'application/octet-stream', ':message-type': 'event' },
    payload,
  );
}

/** An error in the middle of a stream, such as ModelStreamError. */
export function encodeStreamException(type: string, body: Readonly<Record<string, string>>): Buffer {
  return encodeEventStreamMessage(
    { ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' },
    Buffer.from(JSON.stringify(body)),
  );
}

function encodeHeader(name: string, value: string): Buffer {
  const nameBytes = Buffer.from(name);
  const valueBytes = Buffer.from(value);
  const head = Buffer.from([nameBytes.length]);
  const type = Buffer.from([stringHeaderType, valueBytes.length >> 8, valueBytes.length & 0xff]);
  return Buffer.concat([head, nameBytes, type, valueBytes]);
}
