import { ratiosToAlone, REGIMES, shareOfBulkAlone, type Comparison, type Regime } from '#load/sharing/compare-regimes';
import { mean, type Measures } from '#load/sharing/measure';
import { offeredLoad } from '#load/sharing/offered-load';

export const UNITS = { chat: 'tokens/s', chatNoAbort: 'tokens/s', embedding: 'rows/s', speech: 'audio s/s' } as const;
const GOALS = { ratio: 1.1, bulk: 0.8, yieldMs: 1000, waste: 0.05 } as const;

export function renderComparison(comparison: Comparison): string {
  const { shape, schedule } = comparison;
  const { burstPerSecond, idlePerSecond, phaseMs, cycles } = schedule;
  const seeds = comparison.runs.sluice.map(({ seed }) => seed).join(', ');
  const title = `${shape}: bursts of ${burstPerSecond}/s and ${idlePerSecond}/s between, ${cycles} × 2 × ${phaseMs / 1000} s, seeds ${seeds}`;
  const head = [
    '',
    'p50 ms',
    'p99 ms (spread)',
    '× alone',
    'between p99',
    `bulk ${UNITS[shape]}`,
    'of alone',
    'yield ms',
    'waste',
  ];
  const rows = REGIMES.map((regime) => renderRow(comparison, regime));
  return [title, renderLoad(comparison), ...align([head, ...rows]), renderVerdict(comparison), ''].join('\n');
}

/** So that a reader sees what can be asked of the engine at all. */
function renderLoad({ shape, schedule }: Comparison): string {
  const percent = (perSecond: number): string => `${(offeredLoad(shape, perSecond) * 100).toFixed(0)} %`;
  const { burstPerSecond, idlePerSecond } = schedule;
  return `realtime alone offers ${percent(burstPerSecond)} of what this engine does at its fullest in bursts, ${percent(idlePerSecond)} between`;
}

function renderRow(comparison: Comparison, regime: Regime): string[] {
  const all = comparison.runs[regime].map(({ measures }) => measures);
  const of = (pick: (one: Measures) => number): number => mean(all.map(pick));
  const p99s = all.map(({ p99Ms }) => p99Ms);
  const hasRealtime = regime !== 'bulk alone';
  const hasBulk = regime !== 'realtime alone';
  const yields = all.flatMap(({ yieldMs }) => yieldMs);
  return [
    regime,
    hasRealtime ? whole(of(({ p50Ms }) => p50Ms)) : '–',
    hasRealtime ? `${whole(mean(p99s))} (${whole(Math.min(...p99s))}–${whole(Math.max(...p99s))})` : '–',
    hasRealtime ? mean(ratiosToAlone(comparison, regime)).toFixed(2) : '–',
    whole(of(({ betweenP99Ms }) => betweenP99Ms)),
    hasBulk ? of(({ unitsPerSecond }) => unitsPerSecond).toFixed(1) : '–',
    hasBulk ? `${(shareOfBulkAlone(comparison, regime) * 100).toFixed(0)} %` : '–',
    regime === 'sluice' ? `${whole(mean(yields))} (≤ ${whole(Math.max(...yields))})` : '–',
    hasBulk ? `${(of(({ waste }) => waste) * 100).toFixed(1)} %` : '–',
  ];
}

/** What is asked of the last regime, and whether realtime fits the engine at all where it is alone. */
function renderVerdict(comparison: Comparison): string {
  const { runs } = comparison;
  const ratio = mean(ratiosToAlone(comparison, 'sluice'));
  const yields = runs.sluice.flatMap(({ measures }) => measures.yieldMs);
  const checks: readonly (readonly [string, boolean])[] = [
    [`p99 ≤ ${GOALS.ratio} × alone`, ratio <= GOALS.ratio],
    [`bulk ≥ ${GOALS.bulk * 100} %`, shareOfBulkAlone(comparison, 'sluice') >= GOALS.bulk],
    [`yield ≤ ${GOALS.yieldMs} ms`, Math.max(...yields) <= GOALS.yieldMs],
    [`waste ≤ ${GOALS.waste * 100} %`, mean(runs.sluice.map(({ measures }) => measures.waste)) <= GOALS.waste],
  ];
  const verdict = checks.map(([goal, isMet]) => `${isMet ? 'met' : 'MISSED'}: ${goal}`).join('; ');
  const backlog = mean(runs['realtime alone'].map(({ measures }) => measures.backlog));
  const arrived =
    comparison.schedule.burstPerSecond * (comparison.schedule.phaseMs / 1000) * comparison.schedule.cycles;
  const isOverloaded = backlog > 0.1 * arrived;
  return isOverloaded
    ? `${verdict}\nRealtime alone is more than this engine does: ${whole(backlog)} of about ${whole(arrived)} calls of bursts were open when their burst ended.`
    : verdict;
}

/** What bulk costs realtime where it leaves more and more of the engine free. */
export function renderCurve(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map((comparison) => [
    `${(comparison.headroom * 100).toFixed(1)} %`,
    whole(mean(comparison.runs.sluice.map(({ measures }) => measures.p99Ms))),
    mean(ratiosToAlone(comparison, 'sluice')).toFixed(2),
    `${(shareOfBulkAlone(comparison, 'sluice') * 100).toFixed(0)} %`,
  ]);
  const first = comparisons[0];
  const title = `${first?.shape} at ${first?.schedule.burstPerSecond}/s: what a headroom costs and gives`;
  return [title, ...align([['headroom', 'p99 ms', '× alone', 'bulk of alone'], ...rows]), ''].join('\n');
}

export function align(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
}

export function whole(value: number): string {
  if (Number.isNaN(value)) return '–';
  return Number.isFinite(value) ? value.toFixed(0) : 'never';
}
