import type { ResponseStream } from '@aws-sdk/client-sagemaker-runtime';
import { GatewayError } from '#platform';
import type { TransportRequest } from '../../transport.port.js';
import type { CallDeadline } from './call-deadline.js';
import { translateSdkError } from './translate-sdk-error.js';

const DONE: IteratorResult<Buffer, undefined> = { done: true, value: undefined };

/** The SDK's event stream as the container's bytes. */
export class SdkStream implements AsyncIterableIterator<Buffer> {
  constructor(
    private readonly parts: AsyncIterator<ResponseStream>,
    private readonly deadline: CallDeadline,
    private readonly request: TransportRequest,
  ) {}

  async next(): Promise<IteratorResult<Buffer, undefined>> {
    this.deadline.start(this.request.timeouts.idleMs);
    try {
      for (;;) {
        const { done, value } = await this.parts.next();
        if (done === true) {
          this.deadline.release();
          return DONE;
        }
        const bytes = (value as ResponseStream).PayloadPart?.Bytes;
        if (bytes !== undefined && bytes.length > 0) {
          return { done: false, value: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
        }
      }
    } catch (error) {
      const reason =
        this.deadline.reason() ??
        translateSdkError(error, { endpoint: this.request.target.endpoint, phase: 'in-body' });
      this.deadline.abort(reason);
      throw reason;
    } finally {
      this.deadline.stop();
    }
  }

  return(): Promise<IteratorResult<Buffer, undefined>> {
    this.deadline.abort(new GatewayError('client_closed_request', 'The reader of the stream has left.'));
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
