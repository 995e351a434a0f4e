import { setTimeout as delay } from 'node:timers/promises';
import { toFile } from 'openai';
import type { BenchSystem } from '#load/bulk/bench-system';
import { bodyOf, textOf, type SystemShape } from '#load/sharing/system/system-shape';
import { drawCall } from '#load/sharing/traffic';
import { createSeededRandom } from '#source/apps/local-aws/src/faults/create-seeded-random';

const POLL_MS = 250;
const ENDED = new Set(['completed', 'failed', 'expired', 'cancelled']);

/** Bulk that always has more to do, until it is told to finish what it has. */
export class BulkFeed {
  /** Tokens or rows that a line is worth, by its text. */
  readonly unitsByText = new Map<string, number>();
  submitted = 0;
  completed = 0;
  private readonly system: BenchSystem;
  private readonly shape: SystemShape;
  private readonly random: () => number;
  private isStopping = false;
  private readonly loops: Promise<void>[];

  constructor(system: BenchSystem, shape: SystemShape, seed: number) {
    this.system = system;
    this.shape = shape;
    this.random = createSeededRandom(seed + 1000);
    this.loops = Array.from({ length: shape.jobs }, () => this.feed());
  }

  /** Waits until every line has its result. */
  async finish(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.loops);
  }

  private async feed(): Promise<void> {
    while (!this.isStopping) await this.runJob();
  }

  private async runJob(): Promise<void> {
    const { client } = this.system;
    const lines = Array.from({ length: this.shape.jobLines }, () => this.drawLine());
    const file = await client.files.create({
      file: await toFile(Buffer.from(`${lines.join('\n')}\n`), 'input.jsonl'),
      purpose: 'batch',
    });
    const { id } = await client.batches.create({
      input_file_id: file.id,
      endpoint: this.shape.path,
      completion_window: '24h',
    });
    for (;;) {
      const { status, request_counts: counts } = await client.batches.retrieve(id);
      if (ENDED.has(status)) {
        this.completed += counts?.completed ?? 0;
        return;
      }
      await delay(POLL_MS);
    }
  }

  private drawLine(): string {
    const name = `line-${this.submitted++}`;
    const call = drawCall(this.shape.name, 'bulk', this.random);
    const text = textOf(name, call);
    this.unitsByText.set(text, call.work.kind === 'generate' ? call.work.outputTokens : 1);
    return JSON.stringify({
      custom_id: name,
      method: 'POST',
      url: this.shape.path,
      body: bodyOf(this.shape, text, call),
    });
  }
}
