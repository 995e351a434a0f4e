import { createSeededRandom } from '#source/apps/local-aws/src/faults/create-seeded-random';
import type { EngineWork } from '#source/apps/local-aws/src/engines/gpu/engine-work';
import type { GpuShapeName } from '#source/apps/local-aws/src/engines/gpu/gpu-shapes';

/** When realtime comes: a quiet phase to settle in, then a burst and a quiet phase in turn. */
export interface Schedule {
  readonly burstPerSecond: number;
  readonly idlePerSecond: number;
  readonly phaseMs: number;
  /** Long enough for the longest calls that were begun before any realtime came to end. */
  readonly warmUpMs: number;
  readonly cycles: number;
}

export interface Phase {
  readonly kind: 'warm-up' | 'burst' | 'idle';
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A call, how large its request is, and what it makes the engine do. */
export interface SimulatedCall {
  readonly work: EngineWork;
  /** What the law takes for its size: a stand-in for bytes. */
  readonly size: number;
}

export interface RealtimeArrival extends SimulatedCall {
  readonly atMs: number;
}

export function phasesOf({ phaseMs, warmUpMs, cycles }: Schedule): Phase[] {
  const phases: Phase[] = [{ kind: 'warm-up', fromMs: 0, untilMs: warmUpMs }];
  for (let index = 0; index < 2 * cycles; index++) {
    const fromMs = warmUpMs + index * phaseMs;
    phases.push({ kind: index % 2 === 0 ? 'burst' : 'idle', fromMs, untilMs: fromMs + phaseMs });
  }
  return phases;
}

/** Arrivals that know nothing of each other. */
export function drawArrivals(shape: GpuShapeName, schedule: Schedule, seed: number): RealtimeArrival[] {
  const random = createSeededRandom(seed);
  const arrivals: RealtimeArrival[] = [];
  for (const { kind, fromMs, untilMs } of phasesOf(schedule)) {
    const perMs = (kind === 'burst' ? schedule.burstPerSecond : schedule.idlePerSecond) / 1000;
    const gapMs = (): number => -Math.log(1 - random()) / perMs;
    for (let atMs = fromMs + gapMs(); atMs < untilMs; atMs += gapMs()) {
      arrivals.push({ atMs, ...drawCall(shape, 'realtime', random) });
    }
  }
  return arrivals;
}

/** Sizes are spread evenly over their range, as the shapes do not say otherwise. */
export function drawCall(shape: GpuShapeName, side: 'realtime' | 'bulk', random: () => number): SimulatedCall {
  const between = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const isRealtime = side === 'realtime';
  switch (shape) {
    case 'embedding': {
      const inputs = isRealtime ? between(1, 4) : 1;
      let tokens = 0;
      for (let input = 0; input < inputs; input++) tokens += isRealtime ? between(10, 200) : between(20, 120);
      return { work: { kind: 'encode', tokens }, size: tokens };
    }
    case 'speech': {
      const audioSeconds = isRealtime ? between(3, 20) : between(20, 30);
      return { work: { kind: 'transcribe', audioSeconds }, size: audioSeconds };
    }
    default: {
      const promptTokens = isRealtime ? between(100, 1200) : between(200, 2000);
      const outputTokens = isRealtime ? between(50, 300) : between(200, 2048);
      return { work: { kind: 'generate', promptTokens, outputTokens }, size: promptTokens };
    }
  }
}
