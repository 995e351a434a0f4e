import { attemptWrite } from './attempt-write.js';
import type { Probe } from './probe.types.js';
import { readText } from './read-text.js';
import { settleAll } from './settle-all.js';
import { UnmetGuarantee } from './unmet-guarantee.js';

const ROUNDS = 6;
const WRITERS = 4;
/** Long enough for a write to take some time, in which a server that checks first and stores later can be caught. */
const PADDING = '-'.repeat(16_384);

/** Several writers create the same object at once: exactly one is told that it won, and what it wrote is there. */
export async function checkCreateRaces(probe: Probe): Promise<void> {
  await settleAll(Array.from({ length: ROUNDS }, (_, round) => checkRound(probe, `${probe.prefix}create-${round}`)));
}

async function checkRound(probe: Probe, key: string): Promise<void> {
  const bodies = Array.from({ length: WRITERS }, (_, writer) => `writer ${writer} ${PADDING}`);
  const won = await settleAll(bodies.map((body) => attemptWrite(probe, key, body, { absent: true })));
  const winners = bodies.filter((_, writer) => won[writer]);
  if (winners.length > 1) {
    throw new UnmetGuarantee(
      `${winners.length} of ${WRITERS} concurrent create-only writes (If-None-Match: *) of one object succeeded.`,
    );
  }
  const stored = await readText(probe, key);
  const [winner] = winners;
  // Where all were refused, the answer to the winner got lost or nobody won; neither breaks a promise.
  if (winner === undefined ? stored !== undefined && !bodies.includes(stored.text) : stored?.text !== winner) {
    throw new UnmetGuarantee(
      'After concurrent create-only writes (If-None-Match: *) the object is not what the winner wrote.',
    );
  }
}
