import type { Usage } from '../../inference.types.js';
import { UpstreamFailure } from '../../transport/upstream-failure.js';
import type { ContainerEvent } from './container-stream-decoder.js';
import { readUsage } from './read-usage.js';
import { garbage, refuseStatedError } from './upstream-answers.js';

/** A chunk of a streamed answer, its choices still unchecked. */
export type Chunk = Record<string, unknown> & { choices: unknown[] };

/** How far a streamed answer has come: which of its choices have begun and ended, and what was counted. */
export class AnswerProgress {
  private readonly started = new Set<number>();
  private readonly finished = new Set<number>();
  private counted: Usage | undefined;
  private countedAs: unknown;
  private sawDone = false;

  /** @param choices Number of choices that a complete answer has. */
  constructor(private readonly choices: number) {}

  get usage(): Usage | undefined {
    return this.counted;
  }

  /** The counts as the container wrote them. */
  get usageMember(): unknown {
    return this.countedAs;
  }

  /** True once the container itself has said that its answer is complete. */
  get isDone(): boolean {
    return this.sawDone;
  }

  /**
   * The chunk that an event holds; `undefined` when it holds none.
   *
   * @throws UpstreamFailure when the event states a failure or is no chunk.
   */
  read(event: ContainerEvent): Chunk | undefined {
    if (this.sawDone) return undefined;
    if (event.kind === 'done') {
      this.sawDone = true;
      return undefined;
    }
    if (event.kind === 'garbage') throw garbage('a stream of completion chunks');
    refuseStatedError(event.value);
    const chunk = event.value as Chunk;
    if (!Array.isArray(chunk.choices)) throw garbage('a completion chunk');
    const counted = readUsage(chunk['usage']);
    if (counted !== undefined) {
      this.counted = counted;
      this.countedAs = chunk['usage'];
    }
    return chunk;
  }

  /** Notes that a choice goes on; true when this is its beginning. */
  begin(index: number): boolean {
    if (this.started.has(index)) return false;
    this.started.add(index);
    return true;
  }

  /** Notes the end of a choice; false when it had ended before. */
  finish(index: number): boolean {
    if (this.finished.has(index)) return false;
    this.finished.add(index);
    return true;
  }

  hasFinished(index: number): boolean {
    return this.finished.has(index);
  }

  /** @throws UpstreamFailure `upstream_error` when the answer was cut. */
  requireComplete(): void {
    if (this.isComplete()) return;
    throw new UpstreamFailure('upstream_error', 'The model server ended its answer before it was complete.', {
      retry: 'never',
    });
  }

  private isComplete(): boolean {
    // A `[DONE]` behind nothing is no answer, either.
    if (this.sawDone) return this.started.size > 0;
    return this.finished.size >= this.choices && this.finished.size === this.started.size;
  }
}
