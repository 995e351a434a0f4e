import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Gateway } from '#load/bench-processes';
import { load, type LoadPlan } from '#load/measure-chat';

const LARGE_BYTES = 25_000_000;
const BOUNDARY = 'boundary-of-the-benchmark';

/** 256 rows of 1,536 floats: 2 MB as base64. */
export function writeEmbeddingsBody(folder: string, encoding: 'base64' | 'float'): string {
  const input = Array.from({ length: 256 }, (_, index) => `passage ${index}`);
  const file = join(folder, `embeddings-${encoding}.json`);
  writeFileSync(file, JSON.stringify({ model: 'embed/dev', input, encoding_format: encoding }));
  return file;
}

/** What may hold the event loop: 2 MB embeddings, relayed and converted, while clips of 25 MB are uploaded. */
export function largeLoads(folder: string): LoadPlan[] {
  const audio = join(folder, 'audio.form');
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="model"\r\n\r\nspeech/dev\r\n--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n`;
  writeFileSync(
    audio,
    Buffer.concat([Buffer.from(head), Buffer.alloc(LARGE_BYTES, 7), Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]),
  );
  const path = '/v1/embeddings';
  return [
    { path, bodyFile: writeEmbeddingsBody(folder, 'base64'), requests: 150, connections: 2 },
    { path, bodyFile: writeEmbeddingsBody(folder, 'float'), requests: 40, connections: 2 },
    {
      path: '/v1/audio/transcriptions',
      bodyFile: audio,
      requests: 20,
      connections: 1,
      contentType: `multipart/form-data; boundary=${BOUNDARY}`,
    },
  ];
}

/** One JSON body of 25 MB after the other. */
export function largeJsonLoad(folder: string): LoadPlan {
  const bodyFile = join(folder, 'large.json');
  const messages = [{ role: 'user', content: 'x'.repeat(LARGE_BYTES) }];
  writeFileSync(bodyFile, JSON.stringify({ model: 'chat/dev', messages }));
  return { path: '/v1/chat/completions', bodyFile, requests: 10, connections: 1 };
}

/** Prints the longest time for which the event loop was held. */
export async function watchLoop(gateway: Gateway, title: string, plans: readonly LoadPlan[]): Promise<void> {
  const { wallMaxMs, cpuMaxMs, above } = await gateway.watchLoop(() =>
    Promise.all(plans.map((plan) => load(gateway, plan))),
  );
  console.log(
    `event loop, ${title}: held for ${cpuMaxMs.toFixed(1)} ms of CPU time at most, ${above} times above 10 ms; ${wallMaxMs.toFixed(1)} ms by the clock (goal 10)`,
  );
}
