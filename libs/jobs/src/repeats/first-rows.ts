import { objectKeys } from '#contracts';
import { GatewayError } from '#platform';
import type { ObjectStore } from '#storage';
import type { FinishedRow } from '../chunks/finished-row.js';
import type { ChunkContext } from '../chunks/job-context.js';
import { inParallel } from '../finish/in-parallel.js';
import { objectExists } from '../objects/object-exists.js';
import { readIfThere } from '../objects/read-if-there.js';
import { ByteCache } from './byte-cache.js';
import { chunkOf } from './chunk-of.js';
import { joinRanges, type JoinedRows, type WantedRow } from './join-ranges.js';
import { encodeSharedRows, headBytes, SharedPlaces } from './shared-rows.js';

type JobOfRows = Pick<ChunkContext, 'record' | 'plan'>;

interface PlacedRows extends JoinedRows {
  readonly key: string;
}

/** Often few texts are repeated a lot. */
const ROW_CACHE_BYTES = 16 * 1_048_576;
/** Twelve bytes a row: of 1.4 million rows that are repeated. */
const PLACES_CACHE_BYTES = 16 * 1_048_576;
/** What an entry takes in a cache besides its value, about. */
const ENTRY_BYTES = 200;
const READS_AT_ONCE = 16;

/**
 * Rows that chunks of a job share with later ones. Each chunk offers its own once, and what was offered first never changes,
 * so what was read once stays right; a process keeps a part of it in memory.
 */
export class FirstRows {
  private readonly rows = new ByteCache<Buffer>(ROW_CACHE_BYTES);
  private readonly places = new ByteCache<SharedPlaces>(PLACES_CACHE_BYTES);

  constructor(private readonly store: ObjectStore) {}

  /** Offers rows of a chunk to later ones, unless another attempt has done so. @throws GatewayError as the store does */
  async share(
    { record, plan, chunk }: ChunkContext,
    requests: readonly number[],
    rows: ReadonlyMap<number, FinishedRow>,
  ): Promise<void> {
    const name = nameOf({ record, plan }, chunk);
    if (this.places.get(name) !== undefined) return;
    const bytes = encodeSharedRows(requests, rows);
    try {
      await this.store.put(objectKeys.sharedRows(record.tenant, record.id, chunk), bytes, {
        condition: { absent: true },
      });
    } catch (error) {
      if (!GatewayError.is(error, 'precondition_failed')) throw error;
      return;
    }
    const places = new SharedPlaces(bytes.subarray(0, headBytes(requests.length)));
    this.places.set(name, places, places.bytes + ENTRY_BYTES);
    for (const request of requests) {
      const row = rows.get(request);
      if (row?.ok === true) this.keep({ record, plan }, request, row.json);
    }
  }

  /**
   * Gives the rows of requests that have one to `use`, in any order; requests whose rows are errors, or whose chunk has its
   * result and shares none, get none.
   *
   * @returns the chunks that share nothing yet, ascending; where there are any, nothing was given to `use`.
   * @throws GatewayError as the store does
   */
  async read(
    job: JobOfRows,
    requests: readonly number[],
    use: (request: number, row: Buffer) => void,
  ): Promise<readonly number[]> {
    const wanted = new Map<number, number[]>();
    const known: [number, Buffer][] = [];
    for (const request of requests) {
      const row = this.rows.get(nameOf(job, request));
      if (row !== undefined) known.push([request, row]);
      else {
        const chunk = chunkOf(job.plan.chunks, request);
        const others = wanted.get(chunk);
        if (others === undefined) wanted.set(chunk, [request]);
        else others.push(request);
      }
    }
    const { missing, placed } = await this.place(job, wanted);
    if (missing.length > 0) return missing;
    for (const [request, row] of known) use(request, row);
    await inParallel(placed, READS_AT_ONCE, async (one) => await this.readRows(job, one, use));
    return [];
  }

  /**
   * Those of the chunks that share nothing yet; the first alone, while that does not: the others need not be looked at then,
   * and nobody may wait for one that has told already.
   *
   * @throws GatewayError as the store does
   */
  async missing(job: JobOfRows, chunks: readonly number[]): Promise<readonly number[]> {
    const [first, ...others] = chunks;
    if (first === undefined) return [];
    if ((await this.placesOf(job, first)) === undefined) return [first];
    return (await this.place(job, new Map(others.map((chunk) => [chunk, []])))).missing;
  }

  private async place(
    job: JobOfRows,
    wanted: ReadonlyMap<number, readonly number[]>,
  ): Promise<{ readonly missing: readonly number[]; readonly placed: readonly PlacedRows[] }> {
    const missing: number[] = [];
    const placed: PlacedRows[] = [];
    const { tenant, id } = job.record;
    await inParallel([...wanted], READS_AT_ONCE, async ([chunk, requests]) => {
      const places = await this.placesOf(job, chunk);
      const key = objectKeys.sharedRows(tenant, id, chunk);
      if (places === undefined) missing.push(chunk);
      else placed.push(...joinRanges(rowsAt(places, requests)).map((joined) => ({ ...joined, key })));
    });
    return { missing: missing.toSorted((a, b) => a - b), placed };
  }

  /** `undefined` while the chunk may still share its rows. */
  private async placesOf(job: JobOfRows, chunk: number): Promise<SharedPlaces | undefined> {
    const name = nameOf(job, chunk);
    const known = this.places.get(name);
    if (known !== undefined) return known;
    const { tenant, id } = job.record;
    let places = await this.readPlaces(job, chunk);
    if (places === undefined) {
      if (!(await objectExists(this.store, objectKeys.commit(tenant, id, chunk)))) return undefined;
      // Shared before the commit, but maybe after the first look. Workers that know of no sharing commit without.
      places = (await this.readPlaces(job, chunk)) ?? new SharedPlaces(Buffer.alloc(0));
    }
    this.places.set(name, places, places.bytes + ENTRY_BYTES);
    return places;
  }

  private async readPlaces({ record, plan }: JobOfRows, chunk: number): Promise<SharedPlaces | undefined> {
    const range = { first: 0, last: headBytes(plan.chunks[chunk]?.shared ?? 0) - 1 };
    const head = await readIfThere(this.store, objectKeys.sharedRows(record.tenant, record.id, chunk), range);
    return head === undefined ? undefined : new SharedPlaces(head);
  }

  private async readRows(
    job: JobOfRows,
    { key, range, rows }: PlacedRows,
    use: (request: number, row: Buffer) => void,
  ): Promise<void> {
    const body = await readIfThere(this.store, key, range);
    // Nobody removes it while its job runs; where somebody did, its rows are to be had by calls.
    if (body === undefined) return;
    for (const { request, range: own } of rows) {
      const row = body.subarray(own.first - range.first, own.last + 1 - range.first);
      this.keep(job, request, row);
      use(request, row);
    }
  }

  /** Not as a view of what was read or written, which would be kept with it. */
  private keep(job: JobOfRows, request: number, row: Buffer): void {
    this.rows.set(nameOf(job, request), Buffer.from(row), row.length + ENTRY_BYTES);
  }
}

function nameOf({ record }: JobOfRows, number: number): string {
  return `${record.id}/${number}`;
}

function rowsAt(places: SharedPlaces, requests: readonly number[]): WantedRow[] {
  return requests
    .flatMap((request) => {
      const range = places.rangeOf(request);
      return range === undefined ? [] : [{ request, range }];
    })
    .toSorted((a, b) => a.range.first - b.range.first);
}
