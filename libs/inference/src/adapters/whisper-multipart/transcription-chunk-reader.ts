import { ContainerStreamDecoder, type ContainerEvent } from '../openai/container-stream-decoder.js';
import { garbage, refuseStatedError } from '../openai/upstream-answers.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The text in a streamed transcription: vLLM's `transcription.chunk` objects, or OpenAI's own events where a server
 * writes those.
 */
export class TranscriptionChunkReader {
  private readonly decoder = new ContainerStreamDecoder();
  private readonly said: string[] = [];
  private complete = false;

  /** Whether the server has said that this was all. */
  get isComplete(): boolean {
    return this.complete;
  }

  get text(): string {
    return this.said.join('').trim();
  }

  /** The pieces of text that `chunk` brings. @throws UpstreamFailure for errors inside the stream. */
  push(chunk: Buffer): string[] {
    return this.read(this.decoder.push(chunk));
  }

  /** The pieces that the end of the stream brings. */
  end(): string[] {
    return this.read(this.decoder.end());
  }

  private read(events: readonly ContainerEvent[]): string[] {
    const deltas = events.map((event) => this.readEvent(event)).filter((delta) => delta !== '');
    this.said.push(...deltas);
    return deltas;
  }

  private readEvent(event: ContainerEvent): string {
    if (event.kind === 'garbage') throw garbage('a stream of transcription events');
    if (event.kind === 'done') {
      this.complete = true;
      return '';
    }
    refuseStatedError(event.value);
    const fields = event.value as Fields;
    if (fields['type'] === 'transcript.text.done') this.complete = true;
    if (fields['type'] === 'transcript.text.delta') return textOf(fields['delta']);
    const [choice] = Array.isArray(fields['choices']) ? (fields['choices'] as Fields[]) : [];
    // vLLM ends each half minute of audio with a reason; only behind the last one does nothing more come.
    if (choice !== undefined) this.complete = typeof choice['finish_reason'] === 'string';
    return textOf((choice?.['delta'] as Fields | undefined)?.['content']);
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
