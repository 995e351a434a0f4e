import { newId } from '#platform';
import type { Usage } from '../../inference.types.js';
import { AnswerProgress, type Chunk } from './answer-progress.js';
import { CHAT_CHUNKS, type ChunkChoice, type ChunkShape } from './chunk-shapes.js';
import type { ContainerEvent } from './container-stream-decoder.js';
import { wholeSeconds } from './decode-chat-reply.js';

export interface ChatChunkOptions {
  /** Name that the client sent. */
  readonly model: string;
  readonly includeUsage: boolean;
  readonly continuousUsage: boolean;
  /** Number of choices that a complete answer has. */
  readonly choices: number;
  /** Default: chat completions. */
  readonly shape?: ChunkShape;
}

const DONE_FRAME = Buffer.from('data: [DONE]\n\n');

/**
 * Makes of a container's stream the frames that OpenAI's SDKs expect: one id, time and model name on all, a role first,
 * a finish reason once per choice, usage only for those who asked and then last, and `[DONE]` once, after a whole answer only.
 */
export class ChatChunkRewriter {
  private readonly progress: AnswerProgress;
  private readonly shape: ChunkShape;
  private id: string | undefined;
  private created = 0;

  constructor(private readonly options: ChatChunkOptions) {
    this.progress = new AnswerProgress(options.choices);
    this.shape = options.shape ?? CHAT_CHUNKS;
  }

  get usage(): Usage | undefined {
    return this.progress.usage;
  }

  /** True once the container itself has said that its answer is complete. */
  get isDone(): boolean {
    return this.progress.isDone;
  }

  /**
   * The frame for one event; `undefined` when nothing of it is for the client.
   *
   * @throws UpstreamFailure when the event states a failure or is no chunk.
   */
  rewrite(event: ContainerEvent): Buffer | undefined {
    const chunk = this.progress.read(event);
    if (chunk === undefined || this.takeUsage(chunk)) return undefined;
    const choices = chunk.choices.filter((choice) => this.takeChoice(choice as ChunkChoice));
    if (choices.length === 0 && chunk.choices.length > 0) return undefined;
    chunk.choices = choices;
    return this.frame(chunk);
  }

  /** A chunk that says nothing but that the call is alive: the one form that no known client chokes on. */
  keepAlive(): Buffer {
    return this.frame({ choices: [this.shape.silence] });
  }

  /**
   * The frames that end a complete answer.
   *
   * @throws UpstreamFailure `upstream_error` when the answer was cut.
   */
  finish(): Buffer[] {
    this.progress.requireComplete();
    const { usageMember } = this.progress;
    if (!this.options.includeUsage || usageMember === undefined) return [DONE_FRAME];
    return [this.frame({ choices: [], usage: usageMember }), DONE_FRAME];
  }

  /** Takes the counts out of a chunk; true when it held nothing else. Only the last ones are passed on, at the end. */
  private takeUsage(chunk: Chunk): boolean {
    const { usage } = chunk;
    const isUsageOnly = chunk.choices.length === 0 && typeof usage === 'object' && usage !== null;
    if (this.options.continuousUsage) return isUsageOnly;
    if (this.options.includeUsage) chunk['usage'] = null;
    else delete chunk['usage'];
    return isUsageOnly;
  }

  /** Puts one choice right; false when it repeats what was said. */
  private takeChoice(choice: ChunkChoice): boolean {
    const index = typeof choice.index === 'number' ? choice.index : 0;
    choice.index = index;
    this.shape.correct(choice, this.progress.begin(index));
    const isFinish = typeof choice.finish_reason === 'string' && choice.finish_reason !== '';
    if (!isFinish) choice.finish_reason = null;
    if (this.progress.hasFinished(index)) {
      choice.finish_reason = null;
      return !isFinish || this.shape.hasContent(choice);
    }
    if (isFinish) this.progress.finish(index);
    return true;
  }

  private frame(chunk: Chunk): Buffer {
    if (this.id === undefined) {
      this.id = typeof chunk['id'] === 'string' && chunk['id'] !== '' ? chunk['id'] : newId(this.shape.idPrefix);
      this.created = wholeSeconds(chunk['created']);
    }
    // Any `error` member, null included, ends the stream in several clients.
    delete chunk['error'];
    const { id: _id, object: _object, created: _created, model: _model, ...rest } = chunk;
    const text = JSON.stringify({
      id: this.id,
      object: this.shape.object,
      created: this.created,
      model: this.options.model,
      ...rest,
    });
    return Buffer.from(`data: ${text}\n\n`);
  }
}
