import { setTimeout as delay } from 'node:timers/promises';
import { deltaFrame, DONE_FRAME, doneFrame } from '#inference';
import type { HeardSoFar, Recordings } from '#jobs';

const LOOK_MS = 500;
/** An empty delta now and then keeps whatever lies between from closing the connection. */
const KEEP_ALIVE_MS = 15_000;
/** What is heard last may still lose a word to the piece behind it. */
const UNSETTLED_SECONDS = 5;

const NOTHING: HeardSoFar = { text: '', durationSeconds: 0, segments: [] };

/** OpenAI's transcript events of a recording, as its pieces are done. Throws GatewayError where it comes to no transcript. */
export async function* recordingFrames(
  recordings: Recordings,
  tenant: string,
  jobId: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const follower = await recordings.follow(tenant, jobId);
  let heard = NOTHING;
  let said = '';
  let quietSinceMs = performance.now();
  for (;;) {
    const state = await recordings.look(tenant, jobId);
    if (state.kind === 'failed') throw state.error;
    heard = (await follower.next()) ?? heard;
    const text = state.kind === 'done' ? heard.text : settledText(heard);
    if (text.length > said.length && text.startsWith(said)) {
      yield deltaFrame(text.slice(said.length));
      said = text;
      quietSinceMs = performance.now();
    }
    if (state.kind === 'done') {
      yield doneFrame({ text: heard.text, durationSeconds: heard.durationSeconds });
      yield DONE_FRAME;
      return;
    }
    if (performance.now() - quietSinceMs > KEEP_ALIVE_MS) {
      yield deltaFrame('');
      quietSinceMs = performance.now();
    }
    await delay(LOOK_MS, undefined, { signal });
  }
}

function settledText({ segments }: HeardSoFar): string {
  const lastEnd = segments.at(-1)?.end ?? 0;
  const settled = segments.filter(({ end }) => end <= lastEnd - UNSETTLED_SECONDS);
  return settled
    .map(({ text }) => text.trim())
    .filter((text) => text !== '')
    .join(' ');
}
