import { newId } from '#platform';
import type { Usage } from '../../inference.types.js';
import { UpstreamFailure } from '../../transport/upstream-failure.js';
import type { ContainerEvent } from './container-stream-decoder.js';
import { wholeSeconds } from './decode-chat-reply.js';
import { readUsage } from './read-usage.js';
import { garbage, refuseStatedError } from './upstream-answers.js';

export interface ChatChunkOptions {
  /** Name that the client sent. */
  readonly model: string;
  readonly includeUsage: boolean;
  readonly continuousUsage: boolean;
  /** Number of choices that a complete answer has. */
  readonly choices: number;
}

interface Choice {
  index?: unknown;
  delta?: unknown;
  message?: unknown;
  finish_reason?: unknown;
}

type Chunk = Record<string, unknown> & { choices?: unknown };

const DONE_FRAME = Buffer.from('data: [DONE]\n\n');

/**
 * Makes of a container's stream the frames that OpenAI's SDKs expect: one id, time and model name on all, a role first,
 * a finish reason once per choice, usage only for those who asked and then last, and `[DONE]` once, after a whole answer only.
 */
export class ChatChunkRewriter {
  private id: string | undefined;
  private created = 0;
  private readonly started = new Set<number>();
  private readonly finished = new Set<number>();
  private usageChunk: Chunk | undefined;
  private counted: Usage | undefined;
  private sawDone = false;

  constructor(private readonly options: ChatChunkOptions) {}

  get usage(): Usage | undefined {
    return this.counted;
  }

  /** True once the container itself has said that its answer is complete. */
  get isDone(): boolean {
    return this.sawDone;
  }

  /**
   * The frame for one event; `undefined` when nothing of it is for the client.
   *
   * @throws UpstreamFailure when the event states a failure or is no chunk.
   */
  rewrite(event: ContainerEvent): Buffer | undefined {
    if (this.sawDone) return undefined;
    if (event.kind === 'done') {
      this.sawDone = true;
      return undefined;
    }
    if (event.kind === 'garbage') throw garbage('a stream of chat completion chunks');
    refuseStatedError(event.value);
    const chunk = event.value as Chunk;
    if (!Array.isArray(chunk.choices)) throw garbage('a chat completion chunk');
    if (this.takeUsage(chunk)) return undefined;
    const choices = chunk.choices.filter((choice: unknown) => this.takeChoice(choice as Choice));
    if (choices.length === 0 && chunk.choices.length > 0) return undefined;
    chunk.choices = choices;
    return this.frame(chunk);
  }

  /** A chunk that says nothing but that the call is alive: the one form that no known client chokes on. */
  keepAlive(): Buffer {
    return this.frame({ choices: [{ index: 0, delta: {}, finish_reason: null }] });
  }

  /**
   * The frames that end a complete answer.
   *
   * @throws UpstreamFailure `upstream_error` when the answer was cut.
   */
  finish(): Buffer[] {
    if (!this.isComplete()) {
      throw new UpstreamFailure('upstream_error', 'The model server ended its answer before it was complete.', {
        retry: 'never',
      });
    }
    const usage = this.options.includeUsage ? this.usageChunk : undefined;
    return usage === undefined ? [DONE_FRAME] : [this.frame(usage), DONE_FRAME];
  }

  private isComplete(): boolean {
    // A `[DONE]` behind nothing is no answer, either.
    if (this.sawDone) return this.started.size > 0;
    return this.finished.size >= this.options.choices && this.finished.size === this.started.size;
  }

  /** Keeps the counts of a chunk; true when the chunk held nothing else. Only the last one is passed on, at the end. */
  private takeUsage(chunk: Chunk): boolean {
    const { usage } = chunk;
    const counted = readUsage(usage);
    if (counted !== undefined) {
      this.counted = counted;
      this.usageChunk = { choices: [], usage };
    }
    const isUsageOnly = (chunk.choices as unknown[]).length === 0 && typeof usage === 'object' && usage !== null;
    if (this.options.continuousUsage) return isUsageOnly;
    if (this.options.includeUsage) chunk['usage'] = null;
    else delete chunk['usage'];
    return isUsageOnly;
  }

  /** Puts one choice right; false when it repeats what was said. */
  private takeChoice(choice: Choice): boolean {
    const index = typeof choice.index === 'number' ? choice.index : 0;
    // An engine that does not stream answers with one whole message.
    const delta = (choice.delta ?? choice.message ?? {}) as Record<string, unknown>;
    delete choice.message;
    choice.index = index;
    choice.delta = delta;
    if (!this.started.has(index)) {
      this.started.add(index);
      if (typeof delta['role'] !== 'string') delta['role'] = 'assistant';
    }
    const isFinish = typeof choice.finish_reason === 'string' && choice.finish_reason !== '';
    if (!isFinish) choice.finish_reason = null;
    if (this.finished.has(index)) {
      choice.finish_reason = null;
      return !isFinish || hasContent(delta);
    }
    if (isFinish) this.finished.add(index);
    return true;
  }

  private frame(chunk: Chunk): Buffer {
    if (this.id === undefined) {
      this.id = typeof chunk['id'] === 'string' && chunk['id'] !== '' ? chunk['id'] : newId('chatcmpl-');
      this.created = wholeSeconds(chunk['created']);
    }
    // Any `error` member, null included, ends the stream in several clients.
    delete chunk['error'];
    const { id: _id, object: _object, created: _created, model: _model, ...rest } = chunk;
    const text = JSON.stringify({
      id: this.id,
      object: 'chat.completion.chunk',
      created: this.created,
      model: this.options.model,
      ...rest,
    });
    return Buffer.from(`data: ${text}\n\n`);
  }
}

function hasContent(delta: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(delta).some(
    ([key, value]) => key !== 'role' && value !== null && value !== '' && value !== undefined,
  );
}
