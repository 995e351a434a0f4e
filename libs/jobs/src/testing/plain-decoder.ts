import { createReadStream } from 'node:fs';
import { AudioDecoder, type DecodeRequest } from '#audio';
import { GatewayError } from '#platform';

/** What no file of samples begins with. */
const BROKEN = 'broken';

/** Takes a file for the samples themselves. */
export class PlainDecoder extends AudioDecoder {
  async *decode({ source }: DecodeRequest): AsyncGenerator<Buffer> {
    for await (const piece of 'file' in source ? createReadStream(source.file) : source.bytes) {
      const bytes = piece as Buffer;
      if (bytes.toString('latin1').startsWith(BROKEN)) {
        throw new GatewayError('invalid_value', "Invalid 'file': it is damaged.", { param: 'file' });
      }
      yield bytes;
    }
  }
}
