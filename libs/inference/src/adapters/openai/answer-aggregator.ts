import type { Usage } from '../../inference.types.js';
import { AnswerProgress } from './answer-progress.js';
import type { ChunkChoice } from './chunk-shapes.js';
import type { ContainerEvent } from './container-stream-decoder.js';
import type { WholeAnswer } from './decode-chat-reply.js';
import { isObject } from './is-object.js';
import { mergeChoice } from './merge-choice.js';

type Fields = Record<string, unknown>;

const NOTHING = Buffer.alloc(0);

/**
 * Puts a streamed answer together into the whole one that the same engine would have given: text, tool calls, reasoning,
 * refusals and log probabilities per choice, and the usage. What no rule is known for is kept as it came last.
 */
export class AnswerAggregator {
  private readonly progress: AnswerProgress;
  private readonly choices = new Map<number, Fields>();
  private head: Fields = {};

  /** @param choices Number of choices that a complete answer has. */
  constructor(
    choices: number,
    private readonly kind: WholeAnswer,
  ) {
    this.progress = new AnswerProgress(choices);
  }

  get usage(): Usage | undefined {
    return this.progress.usage;
  }

  get isDone(): boolean {
    return this.progress.isDone;
  }

  /** Takes in one event; there is nothing to send before the end. @throws UpstreamFailure */
  rewrite(event: ContainerEvent): undefined {
    const chunk = this.progress.read(event);
    if (chunk === undefined) return;
    const { choices, usage: _usage, object: _object, error: _error, ...head } = chunk;
    this.head = { ...head, ...this.head };
    for (const choice of choices) this.take(choice as ChunkChoice);
  }

  /** Whoever waits for the whole answer has no use for signs of life. */
  keepAlive(): Buffer {
    return NOTHING;
  }

  /** The whole answer as JSON text. @throws UpstreamFailure `upstream_error` when it was cut. */
  finish(): Buffer[] {
    this.progress.requireComplete();
    const choices = [...this.choices.entries()].toSorted(([a], [b]) => a - b).map(([, choice]) => choice);
    const { usageMember } = this.progress;
    const answer = {
      ...this.head,
      object: this.kind,
      choices,
      ...(usageMember === undefined ? {} : { usage: usageMember }),
    };
    return [Buffer.from(JSON.stringify(answer))];
  }

  private take(choice: ChunkChoice): void {
    const index = typeof choice.index === 'number' ? choice.index : 0;
    const isFirst = this.progress.begin(index);
    const whole = isFirst ? this.emptyChoice(index) : (this.choices.get(index) ?? {});
    if (isFirst) this.choices.set(index, whole);
    // An engine that does not stream answers with one whole message.
    const { message, delta = message, ...piece } = choice;
    if (isObject(delta)) mergeChoice((whole['message'] ??= {}) as Fields, delta);
    mergeChoice(whole, piece);
    if (typeof choice.finish_reason === 'string' && choice.finish_reason !== '') this.progress.finish(index);
  }

  private emptyChoice(index: number): Fields {
    const start = this.kind === 'chat.completion' ? { message: { role: 'assistant', content: null } } : { text: '' };
    return { index, ...start, logprobs: null, finish_reason: null };
  }
}
