import { setTimeout as delay } from 'node:timers/promises';
import { deltaFrame, DONE_FRAME, doneFrame } from '#inference';
import type { Recordings } from '#jobs';

const LOOK_MS = 500;
/** An empty delta now and then keeps whatever lies between from closing the connection. */
const KEEP_ALIVE_MS = 15_000;
/** What is heard last may still lose a word to the piece behind it. */
const UNSETTLED_SECONDS = 5;

interface Heard {
  readonly text: string;
  readonly duration: number;
  readonly segments: readonly { readonly end: number; readonly text: string }[];
}

/** OpenAI's transcript events of a recording, as its pieces are done. Throws GatewayError where it comes to no transcript. */
export async function* recordingFrames(
  recordings: Recordings,
  tenant: string,
  jobId: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let said = '';
  let quietSinceMs = performance.now();
  for (;;) {
    const state = await recordings.look(tenant, jobId);
    if (state.kind === 'failed') throw state.error;
    const heard = await hear(recordings, tenant, jobId);
    const text = state.kind === 'done' ? heard.text : settledText(heard);
    if (text.length > said.length && text.startsWith(said)) {
      yield deltaFrame(text.slice(said.length));
      said = text;
      quietSinceMs = performance.now();
    }
    if (state.kind === 'done') {
      yield doneFrame({ text: heard.text, durationSeconds: heard.duration });
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

async function hear(recordings: Recordings, tenant: string, jobId: string): Promise<Heard> {
  const { body } = await recordings.transcript(tenant, jobId, { format: 'verbose_json', isPrefix: true });
  return { segments: [], ...(JSON.parse(body.toString('utf8')) as Omit<Heard, 'segments'>) };
}

function settledText({ segments }: Heard): string {
  const lastEnd = segments.at(-1)?.end ?? 0;
  const settled = segments.filter(({ end }) => end <= lastEnd - UNSETTLED_SECONDS);
  return settled
    .map(({ text }) => text.trim())
    .filter((text) => text !== '')
    .join(' ');
}
