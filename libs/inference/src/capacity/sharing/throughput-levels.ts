interface MeasuredLevel {
  readonly perSecond: number;
  readonly atMs: number;
  /** How long the measurement took. */
  readonly tookMs: number;
}

/** What bulk gets done with so many calls in flight, as far as it has lately been measured. */
export interface ThroughputLevels {
  readonly measured: Readonly<Record<number, MeasuredLevel>>;
  /** The measurement under way. */
  readonly window: {
    readonly level: number;
    readonly sinceMs: number;
    readonly completed: number;
    readonly units: number;
  };
}

interface ThroughputSample {
  readonly nowMs: number;
  readonly grant: number;
  readonly inFlight: number;
  readonly completed: number;
  readonly units: number;
}

export const NO_LEVELS: ThroughputLevels = {
  measured: {},
  window: { level: 0, sinceMs: 0, completed: 0, units: 0 },
};

/** The shortest time in which a level's throughput can be told. */
const WINDOW_MS = 500;
/** Fewer completed calls tell chance. */
const MIN_COMPLETED = 10;
/** Sizes of inputs change, and so does what fits. */
const FRESH_MS = 10_000;
/** What takes longer to measure than this is not measured for the sake of knowing alone: it costs throughput. */
const CHEAP_MS = 1000;
/** Of a window that bulk did not fill nothing can be learned. */
const FILLED = 0.7;
/**
 * By how many percent throughput must grow where calls grow by one percent. The simulated chat model still has 0.4 at
 * its full batch of 64, a model that runs one batch at a time has 0 from its second call on.
 */
const MIN_ELASTICITY = 0.3;

/** One, two, three, four, and then in steps of about 1.4: fine enough for a knee, few enough to be measured. */
export function levelOf(calls: number): number {
  if (calls < 4) return Math.max(0, Math.floor(calls));
  const power = 2 ** Math.floor(Math.log2(calls));
  return calls >= power * 1.5 ? power * 1.5 : power;
}

export function nextLevel(level: number): number {
  if (level < 4) return level + 1;
  return Number.isInteger(Math.log2(level)) ? level * 1.5 : (level / 1.5) * 2;
}

function lowerLevel(level: number): number {
  return level <= 4 ? level - 1 : levelOf(level - 1);
}

export function forgetWindow(levels: ThroughputLevels): ThroughputLevels {
  return { ...levels, window: NO_LEVELS.window };
}

export function measureLevel(levels: ThroughputLevels, sample: ThroughputSample): ThroughputLevels {
  const { nowMs, grant, inFlight } = sample;
  const level = levelOf(grant);
  const isFilled = inFlight >= FILLED * level;
  if (level !== levels.window.level || level === 0 || !isFilled) {
    return { ...levels, window: { level, sinceMs: nowMs, completed: 0, units: 0 } };
  }
  const window = {
    ...levels.window,
    completed: levels.window.completed + sample.completed,
    units: levels.window.units + sample.units,
  };
  const elapsedMs = nowMs - window.sinceMs;
  if (elapsedMs < WINDOW_MS || window.completed < neededFor(level)) return { ...levels, window };
  const perSecond = (window.units / elapsedMs) * 1000;
  const known = fresh(levels, level, nowMs);
  return {
    measured: {
      ...levels.measured,
      [level]: { perSecond: known === undefined ? perSecond : (known + perSecond) / 2, atMs: nowMs, tookMs: elapsedMs },
    },
    window: { level, sinceMs: nowMs, completed: 0, units: 0 },
  };
}

/** Whether one level more may get more done; where that is not known it is to be tried. */
export function mayGainAbove(levels: ThroughputLevels, level: number, nowMs: number): boolean {
  if (level === 0) return true;
  return !isSoonKnown(levels, level, nowMs) && gains(levels, level, nowMs) !== false;
}

/** Short calls are measured before more is tried; long ones would never be. */
function isSoonKnown(levels: ThroughputLevels, level: number, nowMs: number): boolean {
  const { window } = levels;
  if (window.level !== level || fresh(levels, level, nowMs) !== undefined) return false;
  const elapsedMs = nowMs - window.sinceMs;
  return elapsedMs === 0 || window.completed * (CHEAP_MS / elapsedMs) >= neededFor(level);
}

function neededFor(level: number): number {
  return Math.max(MIN_COMPLETED, 2 * level);
}

/**
 * Whether the level below is known to get as much done, or is worth a try because that is not known: not where more is
 * known to be better.
 */
export function mayLoseNothingBelow(levels: ThroughputLevels, level: number, nowMs: number): boolean {
  if (level <= 1 || gains(levels, level, nowMs) === true) return false;
  const gained = gains(levels, lowerLevel(level), nowMs);
  if (gained !== undefined) return !gained;
  const own = levels.measured[level];
  return own !== undefined && own.tookMs <= CHEAP_MS && fresh(levels, level, nowMs) !== undefined;
}

export function levelBelow(level: number): number {
  return Math.max(1, lowerLevel(level));
}

function gains(levels: ThroughputLevels, from: number, nowMs: number): boolean | undefined {
  const to = nextLevel(from);
  const [low, high] = [fresh(levels, from, nowMs), fresh(levels, to, nowMs)];
  if (low === undefined || high === undefined || low === 0) return undefined;
  return high / low >= (to / from) ** MIN_ELASTICITY;
}

function fresh({ measured }: ThroughputLevels, level: number, nowMs: number): number | undefined {
  const known = measured[level];
  return known === undefined || nowMs - known.atMs > FRESH_MS ? undefined : known.perSecond;
}
