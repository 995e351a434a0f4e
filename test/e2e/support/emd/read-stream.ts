import { expect } from 'vitest';
import type { System } from '../../../setup/processes.js';
import { sendJson } from '../clients.js';

export interface StreamChunk {
  readonly choices: readonly {
    readonly index: number;
    readonly delta: { readonly content?: string | null };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: { readonly total_tokens: number } | null;
  readonly error?: { readonly message: string; readonly type: string; readonly code: string | null };
}

export interface StreamedChat {
  /** All frames, without `data: `. */
  readonly frames: readonly string[];
  /** Those that are not `[DONE]`. */
  readonly chunks: readonly StreamChunk[];
  /** What the choice said. */
  text(index?: number): string;
}

/** Asks for a stream and reads it to its end. Fails when the status is no 200. */
export async function streamChat(system: System, body: object): Promise<StreamedChat> {
  const answer = await sendJson(system, '/v1/chat/completions', { ...body, stream: true });
  expect(answer.status, answer.text).toBe(200);
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  const frames = answer.text
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame) => frame.replace(/^data: /, ''));
  const chunks = frames.filter((frame) => frame !== '[DONE]').map((frame) => JSON.parse(frame) as StreamChunk);
  const choices = chunks.flatMap((chunk) => chunk.choices ?? []);
  return {
    frames,
    chunks,
    text: (index = 0) =>
      choices
        .filter((choice) => choice.index === index)
        .map(({ delta }) => delta.content ?? '')
        .join(''),
  };
}
