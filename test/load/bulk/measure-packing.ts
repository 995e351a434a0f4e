import { withBenchSystem } from '#load/bulk/bench-system';
import type { Figure } from '#load/bulk/figure';
import { embeddingLine, ENDPOINT, writeInput, type InputFile } from '#load/bulk/input-file';
import { measureBatch } from '#load/bulk/run-batch';
import { readWitness, rowsPerSecond } from '#load/bulk/witness';

/** Of the embedding shape: milliseconds a call costs however short, and tokens a millisecond. */
const CALL_BASE_MS = 4;
const TOKENS_PER_MS = 60;

export interface TokenRange {
  readonly min: number;
  readonly max: number;
}

/**
 * Rows a second on a simulated GPU, with shared calls and with a call for each line; and how near that comes to what the
 * shape allows, which is a call that holds all rows: its base is spread over so many that nothing of it is left.
 */
export async function measurePacking(folder: string, rows: number, tokens: TokenRange): Promise<Figure[]> {
  const input = writeRows(`${folder}/packing.jsonl`, rows, tokens);
  const measure = async (packing: 'on' | 'off'): Promise<Measured> => {
    const settings = { LOCAL_AWS_GPU: `${ENDPOINT}=embedding`, SLUICE_PACKING: packing };
    return await withBenchSystem(settings, async (system) => {
      await measureBatch(system, input);
      const calls = await readWitness(system);
      return { rate: rowsPerSecond(calls), calls: calls.length };
    });
  };
  const [packed, single] = [await measure('on'), await measure('off')];
  const meanMs = (tokens.min + tokens.max) / 2 / TOKENS_PER_MS;
  const most = (CALL_BASE_MS + meanMs) / meanMs;
  const range = `rows of ${tokens.min} to ${tokens.max} tokens`;
  return [
    {
      name: `packed against one call a line, ${range}`,
      value: packed.rate / single.rate,
      unit: '×',
      note:
        `${packed.rate.toFixed(0)} rows/s in ${packed.calls} calls against ${single.rate.toFixed(0)} in ${single.calls}; ` +
        `the shape itself allows ${most.toFixed(2)} × at these lengths`,
      bar: { kind: 'at least', value: 5 },
    },
    {
      name: `share of what the shape allows, ${range}`,
      value: (100 * packed.rate) / single.rate / most,
      unit: '%',
      note: `the GPU was at work for ${busyPercent(packed, rows, meanMs)} % of the time packed, ${busyPercent(single, rows, meanMs)} % with a call a line`,
    },
  ];
}

interface Measured {
  /** Rows a second. */
  readonly rate: number;
  readonly calls: number;
}

/** What the calls take by the shape, of the time from the first to the last. */
function busyPercent({ rate, calls }: Measured, rows: number, meanMs: number): string {
  const busyMs = calls * CALL_BASE_MS + rows * meanMs;
  return ((100 * busyMs * rate) / (rows * 1000)).toFixed(0);
}

/** Rows of one-token words, as many as the range says in turn, so that each run has the same ones. */
function writeRows(path: string, rows: number, { min, max }: TokenRange): InputFile {
  const span = max - min + 1;
  return writeInput(path, (index) => {
    if (index >= rows) return undefined;
    // Steps of 37 go through a span that they do not divide in an order without a trend.
    const words = min + ((index * 37) % span);
    return embeddingLine(`row-${index}`, Array.from({ length: words }, (_, at) => `w${(index + at) % 100}`).join(' '));
  });
}
