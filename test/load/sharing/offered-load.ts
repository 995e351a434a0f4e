import { GPU_SHAPES, type GpuShape, type GpuShapeName } from '#source/apps/local-aws/src/engines/gpu/gpu-shapes';
import { drawCall, type SimulatedCall } from '#load/sharing/traffic';
import { createSeededRandom } from '#source/apps/local-aws/src/faults/create-seeded-random';

/** Enough for the mean of sizes that are spread evenly. */
const DRAWS = 20_000;

/**
 * Realtime's share of what the engine gets done with all of its places taken, when so many calls come each second. More than 1
 * is more than it can do without any bulk: then the queue grows for as long as that lasts.
 */
export function offeredLoad(name: GpuShapeName, perSecond: number): number {
  const random = createSeededRandom(1);
  const shape = GPU_SHAPES[name];
  let sumMs = 0;
  for (let draw = 0; draw < DRAWS; draw++) sumMs += engineMs(shape, drawCall(name, 'realtime', random));
  return (perSecond * sumMs) / DRAWS / 1000;
}

/** How much of the engine's time a call takes where others share each step with it. */
function engineMs(shape: GpuShape, { work }: SimulatedCall): number {
  if (shape.kind === 'generate' && work.kind === 'generate') {
    const tokenMs = shape.stepBaseMs / shape.maxRunning + shape.stepPerSequenceMs;
    return work.promptTokens / shape.prefillTokensPerMs + work.outputTokens * tokenMs;
  }
  if (shape.kind === 'encode' && work.kind === 'encode') return shape.callBaseMs + work.tokens / shape.tokensPerMs;
  if (shape.kind === 'transcribe' && work.kind === 'transcribe') {
    const slowdown = 1 + shape.slowdownPerRunning * (shape.maxRunning - 1);
    const audioMs = work.audioSeconds * shape.secondsPerAudioSecondAlone * 1000;
    return (shape.callBaseMs + audioMs * slowdown) / shape.maxRunning;
  }
  throw new Error(`a model that does ${shape.kind} cannot ${work.kind}`);
}
