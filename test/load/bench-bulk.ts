/**
 * `npm run bench:bulk`: what bulk costs beyond the model. Each part runs on a system of its own: api, worker, stand-in for
 * AWS and Redis as processes on this machine.
 *
 *     npm run bench:bulk -- --only planning,packing     some parts: own-time, growth, packing, planning, round-trips,
 *                                                       tables, transfers
 *     npm run bench:bulk -- --only packing --rows 9000  more rows for packing (3000)
 *     npm run bench:bulk -- --million                   growth to 1,000,000 lines too
 *     npm run bench:bulk -- --only transfers --bytes 1e9 files of this size; 2 GB unless told otherwise, three times that on disk
 *     npm run bench:bulk -- --json figures.json
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from '#load/bench-processes';
import { isMet, renderFigures, type Figure } from '#load/bulk/figure';
import { measureGrowth } from '#load/bulk/measure-growth';
import { measureOwnTime } from '#load/bulk/measure-own-time';
import { measurePacking } from '#load/bulk/measure-packing';
import { measurePlanning } from '#load/bulk/measure-planning';
import { measureRoundTrips } from '#load/bulk/measure-round-trips';
import { measureTables } from '#load/bulk/measure-tables';
import { measureTransfers } from '#load/bulk/measure-transfers';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    million: { type: 'boolean', default: false },
    rows: { type: 'string', default: '3000' },
    bytes: { type: 'string', default: '2e9' },
    json: { type: 'string' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-inputs-'));
const rows = Number(options.rows);
const sizes = options.million ? [10_000, 100_000, 1_000_000] : [10_000, 100_000];

const parts: Readonly<Record<string, () => Promise<Figure[]>>> = {
  planning: async () => await measurePlanning(folder),
  'round-trips': async () => await measureRoundTrips(folder),
  packing: async () => [
    // What the shape says of bulk, and rows short enough for the bar to be within the shape's reach.
    ...(await measurePacking(folder, rows, { min: 20, max: 120 })),
    ...(await measurePacking(folder, rows, { min: 20, max: 60 })),
  ],
  'own-time': async () => await measureOwnTime(folder),
  tables: async () => await measureTables(folder),
  transfers: async () => await measureTransfers(Number(options.bytes)),
  growth: async () => await measureGrowth(folder, sizes),
};

async function main(): Promise<void> {
  const wanted = options.only?.split(',') ?? Object.keys(parts);
  const unknown = wanted.find((name) => parts[name] === undefined);
  if (unknown !== undefined) throw new Error(`there is no part ${unknown}; known are ${Object.keys(parts).join(', ')}`);
  console.log(describeMachine());
  const figures: Figure[] = [];
  for (const name of wanted) {
    const measured = (await parts[name]?.()) ?? [];
    console.log(renderFigures(measured));
    figures.push(...measured);
  }
  const misses = figures.filter((figure) => isMet(figure) === false);
  console.log(misses.length === 0 ? 'every bar is met' : `missed: ${misses.map(({ name }) => name).join('; ')}`);
  if (options.json !== undefined) {
    const judged = figures.map((figure) => ({ ...figure, met: isMet(figure) }));
    writeFileSync(options.json, `${JSON.stringify({ machine: describeMachine(), figures: judged }, undefined, 2)}\n`);
  }
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
