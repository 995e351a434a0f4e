import { describe, expect, it } from 'vitest';
import { GatewayError } from '#platform';
import { MemoryObjectExchange } from '../../../../../storage/src/testing/index.js';
import { waitForResult } from './wait-for-result.js';

const LOCATIONS = { output: 's3://memory/out', failure: 's3://memory/bad' };
const PACE = { firstMs: 1, maxMs: 4 };
const patient = (): { signal: AbortSignal; pace: typeof PACE } => ({ signal: AbortSignal.timeout(10_000), pace: PACE });

/** Puts an object there while it is looked for. */
class LateExchange extends MemoryObjectExchange {
  private looks = 0;

  constructor(
    private readonly atLook: number,
    private readonly happen: (exchange: MemoryObjectExchange) => void,
  ) {
    super();
  }

  override read(location: string): Promise<Buffer | undefined> {
    this.looks++;
    if (this.looks === this.atLook) this.happen(this);
    return super.read(location);
  }
}

describe('Waiting for an asynchronous result', () => {
  it('ends with the output', async () => {
    const exchange = new LateExchange(4, ({ objects }) => objects.set(LOCATIONS.output, Buffer.from('done')));

    expect(await waitForResult(exchange, LOCATIONS, patient())).toEqual({ kind: 'output', body: Buffer.from('done') });
  });

  it('ends with the failure', async () => {
    const exchange = new LateExchange(3, ({ objects }) => objects.set(LOCATIONS.failure, Buffer.from('bad input')));

    expect(await waitForResult(exchange, LOCATIONS, patient())).toEqual({ kind: 'failure', text: 'bad input' });
  });

  it('looks for the output alone where the endpoint keeps no failures', async () => {
    const exchange = new LateExchange(3, ({ objects }) => objects.set(LOCATIONS.output, Buffer.from('done')));
    exchange.objects.set(LOCATIONS.failure, Buffer.from('of another call'));

    const result = await waitForResult(exchange, { ...LOCATIONS, failure: undefined }, patient());

    expect(result.kind).toBe('output');
  });

  it('goes on while the storage fails', async () => {
    const exchange = new LateExchange(2, ({ objects }) => {
      objects.set(LOCATIONS.output, Buffer.from('done'));
      throw new GatewayError('storage_unavailable', 'away');
    });

    expect((await waitForResult(exchange, LOCATIONS, patient())).kind).toBe('output');
  });

  it('ends with its signal, and with what no waiting mends', async () => {
    const left = new GatewayError('client_closed_request', 'left');
    const broken = new LateExchange(1, () => {
      throw new GatewayError('internal_error', 'no such location');
    });

    await expect(
      waitForResult(new MemoryObjectExchange(), LOCATIONS, { signal: AbortSignal.abort(left), pace: PACE }),
    ).rejects.toBe(left);
    await expect(waitForResult(broken, LOCATIONS, patient())).rejects.toMatchObject({ reason: 'internal_error' });
  });
});
