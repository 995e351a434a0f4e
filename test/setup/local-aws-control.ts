import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../../apps/local-aws/src/faults/fault.js';
import type { WitnessRecord } from '../../apps/local-aws/src/witness/witness-record.js';

export type { Fault, WitnessRecord };

const POLL_MS = 50;
const REQUEST_TIMEOUT_MS = 10_000;

/** The control route of the local AWS stand-in: faults on demand and what the models were asked. */
export class LocalAwsControl {
  /** Ends in `/_control`. */
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** @returns the fault's id */
  async addFault(fault: Fault): Promise<string> {
    const { ids } = (await this.call('POST', 'faults', fault)) as { ids: [string] };
    return ids[0];
  }

  async clearFaults(): Promise<void> {
    await this.call('DELETE', 'faults');
  }

  /** The faults that stand, each with how often it has fired. */
  async faults(): Promise<readonly (Fault & { readonly id: string; readonly fired: number })[]> {
    return (await this.call('GET', 'faults')) as (Fault & { id: string; fired: number })[];
  }

  async removeFault(id: string): Promise<void> {
    await this.call('DELETE', `faults/${id}`);
  }

  /** Makes an endpoint, or changes what it is. @param definition as in `SageMakerEndpoint`, most of it optional */
  async putEndpoint(name: string, definition: object): Promise<void> {
    await this.call('PUT', `endpoints/${name}`, definition);
  }

  /** Every model call since the start, oldest first. */
  async witness(): Promise<readonly WitnessRecord[]> {
    return (await this.call('GET', 'witness')) as WitnessRecord[];
  }

  /** Waits until the calls are as expected. @throws Error naming the last of them when they never are. */
  async witnessed(
    areAsExpected: (calls: readonly WitnessRecord[]) => boolean,
    timeoutMs = 30_000,
  ): Promise<readonly WitnessRecord[]> {
    const giveUpAt = Date.now() + timeoutMs;
    for (;;) {
      const calls = await this.witness();
      if (areAsExpected(calls)) return calls;
      if (Date.now() > giveUpAt) {
        throw new Error(
          `${calls.length} model calls after ${timeoutMs} ms are not as expected; the last: ${JSON.stringify(calls.slice(-3))}`,
        );
      }
      await delay(POLL_MS);
    }
  }

  private async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}/${path}`, {
      method,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} is answered with ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
