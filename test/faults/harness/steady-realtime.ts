import { createHash } from 'node:crypto';
import OpenAI from 'openai';
import { EMBEDDING_MODEL } from '../../e2e/support/clients.js';
import type { WitnessRecord } from '../../setup/processes.js';

/** One realtime call after the other to each api, and what became of them. */
export class SteadyRealtime {
  answered = 0;
  readonly failures: unknown[] = [];
  private readonly digests = new Set<string>();
  private readonly stopping = new AbortController();
  private readonly loops: Promise<void>[];

  constructor(origins: readonly string[], apiKey: string) {
    this.loops = origins.map((origin, index) => {
      const client = new OpenAI({ baseURL: `${origin}/v1`, apiKey, maxRetries: 0 });
      return this.callOn(client, `realtime ${index}`);
    });
  }

  isOwn({ inputs }: WitnessRecord): boolean {
    return inputs.some((input) => this.digests.has(input));
  }

  /** Waits for the calls in flight. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.loops);
  }

  private async callOn(client: OpenAI, name: string): Promise<void> {
    for (let call = 0; !this.stopping.signal.aborted; call++) {
      const input = `${name} ${call}`;
      this.digests.add(createHash('sha256').update(input).digest('hex'));
      try {
        await client.embeddings.create({ model: EMBEDDING_MODEL, input });
        this.answered++;
      } catch (error) {
        this.failures.push(error);
      }
    }
  }
}
