import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { toTrouble } from '../server/trouble.js';
import { DraftFile } from './draft-file.js';
import { STANDARD_OUTPUT, type FetchContext } from './fetch-file.js';

/**
 * An answer of unknown length, such as the rows that stand already: from the beginning again when it was cut, so it passes
 * through a file also on the way to standard output.
 *
 * @returns whether it is all that there will be.
 */
export async function fetchRows(context: FetchContext, path: string, target: string): Promise<boolean> {
  if (target !== STANDARD_OUTPUT) return await fetchTo(context, path, target);
  const folder = await mkdtemp(join(tmpdir(), 'sluice-'));
  try {
    const file = join(folder, 'rows');
    const isComplete = await fetchTo(context, path, file);
    await pipeline(createReadStream(file), context.stdout, { end: false });
    return isComplete;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fetchTo({ api }: FetchContext, path: string, target: string): Promise<boolean> {
  const draft = new DraftFile(target, String(process.pid));
  try {
    await draft.begin();
    const isComplete = await api.persist(async () => {
      await draft.startOver();
      const { headers, body } = await api.send({ path });
      try {
        for await (const chunk of body) await draft.append(chunk as Uint8Array);
      } catch (error) {
        throw toTrouble(error);
      }
      return headers['sluice-results-complete'] === 'true';
    });
    await draft.finish();
    return isComplete;
  } catch (error) {
    await draft.discard();
    throw error;
  }
}
