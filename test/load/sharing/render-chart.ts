import type { Comparison, Regime } from '#load/sharing/compare-regimes';
import { phasesOf } from '#load/sharing/traffic';

const [WIDTH, HEIGHT, LEFT] = [1100, 150, 60];
const SHOWN: readonly Regime[] = ['ungated', 'sluice'];
const COLOURS = { granted: '#999999', bulk: '#d9822b', realtime: '#2b6cb0', latency: '#b83280' } as const;

/** One page that needs nothing else: calls in flight and realtime latency over time, for the first seed of each comparison. */
export function renderChart(comparisons: readonly Comparison[]): string {
  const charts = comparisons.flatMap((comparison) => SHOWN.map((regime) => renderRun(comparison, regime)));
  const legend = Object.entries(COLOURS).map(([name, colour]) => `<span style="color:${colour}">■ ${name}</span>`);
  return `<!doctype html><meta charset="utf-8"><title>Sharing a GPU</title>
<style>body{font:14px sans-serif;margin:2em}svg{display:block;margin:.3em 0 1em}text{font:11px sans-serif}</style>
<h1>Sharing a GPU</h1>
<p>Simulated time in seconds. Bursts are shaded. Above: calls granted to bulk and calls in flight. Below: realtime's first token,
or answer where it is not streamed, in milliseconds. ${legend.join(' ')}</p>
${charts.join('\n')}
`;
}

function renderRun({ shape, schedule, runs }: Comparison, regime: Regime): string {
  const run = runs[regime][0];
  if (run?.result === undefined) return '';
  const { result } = run;
  const phases = phasesOf(schedule);
  const fromMs = Math.max(0, schedule.warmUpMs - schedule.phaseMs);
  const untilMs = phases.at(-1)?.untilMs ?? 0;
  const x = (atMs: number): number => LEFT + ((atMs - fromMs) / (untilMs - fromMs)) * (WIDTH - LEFT);
  const trace = result.trace.filter(({ atMs }) => atMs >= fromMs);
  const calls = result.realtime.filter(({ atMs, waitMs }) => atMs >= fromMs && waitMs !== undefined);
  const mostCalls = Math.max(1, ...trace.flatMap(({ grant, bulk, realtime }) => [grant, bulk, realtime]));
  const mostMs = Math.max(1, ...calls.map(({ waitMs }) => waitMs ?? 0));
  const y = (value: number, most: number): number => HEIGHT - (value / most) * (HEIGHT - 12);
  const line = (pick: (point: (typeof trace)[number]) => number, colour: string): string =>
    `<polyline fill="none" stroke="${colour}" points="${trace.map((point) => `${x(point.atMs).toFixed(1)},${y(pick(point), mostCalls).toFixed(1)}`).join(' ')}"/>`;
  const shade = phases
    .filter(({ kind }) => kind === 'burst')
    .map(
      (phase) =>
        `<rect x="${x(phase.fromMs)}" y="0" width="${x(phase.untilMs) - x(phase.fromMs)}" height="${HEIGHT}" fill="#f3f3f3"/>`,
    )
    .join('');
  const dots = calls.map(
    ({ atMs, waitMs = 0 }) =>
      `<circle cx="${x(atMs).toFixed(1)}" cy="${y(waitMs, mostMs).toFixed(1)}" r="1.5" fill="${COLOURS.latency}"/>`,
  );
  const scale = (most: number, unit: string): string =>
    `<text x="0" y="12">${most.toFixed(0)} ${unit}</text><text x="0" y="${HEIGHT}">0</text>`;
  const svg = (content: string): string => `<svg width="${WIDTH}" height="${HEIGHT}">${shade}${content}</svg>`;
  return `<h2>${shape}, bursts of ${schedule.burstPerSecond}/s: ${regime}, seed ${run.seed}</h2>
${svg(
  scale(mostCalls, 'calls') +
    line(({ grant }) => grant, COLOURS.granted) +
    line(({ bulk }) => bulk, COLOURS.bulk) +
    line(({ realtime }) => realtime, COLOURS.realtime),
)}${svg(scale(mostMs, 'ms') + dots.join(''))}`;
}
