import { FRAMES_PER_SECOND, QUIETEST_DB } from './frame-levels.js';

const BLOCK_FRAMES = FRAMES_PER_SECOND;
/** The noise of a room is what its quiet moments hold, in a window that outlasts a long sentence. */
const FLOOR_WINDOW_BLOCKS = 30;
/** A floor that rises counts only once it has lasted: a long sentence without a pause is no noise. */
const FLOOR_MEMORY_BLOCKS = 60;
const FLOOR_SHARE = 0.03;
const SPEECH_SHARE = 0.9;
/** Speech stands out of the noise by so much at least. */
const ABOVE_FLOOR_DB = 6;
/** What is nearly as loud as the loud parts is speech, whatever the floor seems to be: some never pause. */
const BELOW_SPEECH_DB = 7;
/** Quieter than this nobody speaks. */
const LEAST_DB = -60;

/** Counts of levels, which give percentiles without sorting. */
class Histogram {
  private readonly counts = new Int32Array(1 - QUIETEST_DB);
  private total = 0;

  add(levels: Int8Array, sign: 1 | -1): void {
    for (let frame = 0; frame < levels.length; frame++) {
      const place = (levels[frame] ?? 0) - QUIETEST_DB;
      this.counts[place] = (this.counts[place] ?? 0) + sign;
    }
    this.total += sign * levels.length;
  }

  percentile(share: number): number {
    const wanted = share * this.total;
    let seen = 0;
    for (let index = 0; index < this.counts.length; index++) {
      seen += this.counts[index] ?? 0;
      if (seen > wanted) return index + QUIETEST_DB;
    }
    return 0;
  }
}

/**
 * The level in dB of full scale from which a frame counts as speech, for each second of a recording. It follows the noise
 * floor, and errs towards speech: silence that is sent costs a little, speech that is not sent is lost.
 */
export function speechThresholds(levels: Int8Array): Float32Array {
  const blocks = cutBlocks(levels);
  const floors = overWindow(blocks, FLOOR_WINDOW_BLOCKS, (histogram) => histogram.percentile(FLOOR_SHARE));
  const loud = overWindow(blocks, FLOOR_MEMORY_BLOCKS, (histogram) => histogram.percentile(SPEECH_SHARE));
  return Float32Array.from(blocks, (_, block) => {
    const lowest = minimum(floors, block - FLOOR_MEMORY_BLOCKS, block + FLOOR_MEMORY_BLOCKS);
    return Math.max(LEAST_DB, Math.min(lowest + ABOVE_FLOOR_DB, (loud[block] ?? 0) - BELOW_SPEECH_DB));
  });
}

function cutBlocks(levels: Int8Array): Int8Array[] {
  const count = Math.ceil(levels.length / BLOCK_FRAMES);
  return Array.from({ length: count }, (_, block) => levels.subarray(block * BLOCK_FRAMES, (block + 1) * BLOCK_FRAMES));
}

/** A figure of the blocks around each block, `reach` to either side. */
function overWindow(blocks: readonly Int8Array[], reach: number, figure: (around: Histogram) => number): number[] {
  const histogram = new Histogram();
  for (const block of blocks.slice(0, reach)) histogram.add(block, 1);
  return blocks.map((_, index) => {
    const entering = blocks[index + reach];
    const leaving = blocks[index - reach - 1];
    if (entering !== undefined) histogram.add(entering, 1);
    if (leaving !== undefined) histogram.add(leaving, -1);
    return figure(histogram);
  });
}

function minimum(values: readonly number[], from: number, to: number): number {
  let least = Infinity;
  for (let index = Math.max(0, from); index <= Math.min(values.length - 1, to); index++) {
    least = Math.min(least, values[index] ?? Infinity);
  }
  return least;
}
