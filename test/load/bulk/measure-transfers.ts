import { randomBytes } from 'node:crypto';
import { toFile } from 'openai';
import { memoryMegabytes } from '#load/bench-processes';
import { withBenchSystem, type BenchSystem } from '#load/bulk/bench-system';
import type { Figure } from '#load/bulk/figure';
import { forgetPeak, peakMegabytes } from '#load/bulk/memory';

const MIB = 1_048_576;
const PART_BYTES = 64 * MIB;
const PARTS_AT_ONCE = 3;
const MOST_MEGABYTES = 250;
const BOUNDARY = 'b0undary0f0the0benchmark';

/** What large files cost the api in memory, each on a system of its own: in one stream of unknown length and back, and in parts. */
export async function measureTransfers(bytes: number): Promise<Figure[]> {
  const streamed = await withFreshSystem(async (system) => {
    const [fileId, sent] = await measure(system, bytes, {
      name: 'in one stream',
      run: () => sendStream(system, bytes),
    });
    const back = { name: 'back', run: () => readBack(system, fileId, bytes), isOnlyReported: true };
    const [, read] = await measure(system, bytes, back);
    return [sent, read];
  });
  const inParts = await withFreshSystem(async (system) => {
    const name = `in parts, ${PARTS_AT_ONCE} at once`;
    return [(await measure(system, bytes, { name, run: () => sendParts(system, bytes) }))[1]];
  });
  return [...streamed, ...inParts];
}

async function withFreshSystem(work: (system: BenchSystem) => Promise<Figure[]>): Promise<Figure[]> {
  // The stand-in joins and syncs gigabytes on the disk of this machine.
  return await withBenchSystem({ SLUICE_UPLOAD_TIMEOUT_MS: '3600000', SLUICE_S3_TIMEOUT_MS: '120000' }, work);
}

async function measure<T>(
  system: BenchSystem,
  bytes: number,
  transfer: { readonly name: string; readonly run: () => Promise<T>; readonly isOnlyReported?: boolean },
): Promise<[T, Figure]> {
  const api = system.pidOf('api');
  const idleMegabytes = memoryMegabytes(api);
  forgetPeak(api);
  const beganMs = performance.now();
  const result = await transfer.run();
  const seconds = (performance.now() - beganMs) / 1000;
  const figure: Figure = {
    name: `api's memory, ${(bytes / 1e9).toFixed(1)} GB ${transfer.name}`,
    value: peakMegabytes(api),
    unit: 'MB',
    note: `the peak, ${idleMegabytes} MB before; ${(bytes / 1e6 / seconds).toFixed(0)} MB a second, ${seconds.toFixed(1)} s`,
    ...(transfer.isOnlyReported === true ? {} : { bar: { kind: 'below', value: MOST_MEGABYTES } }),
  };
  return [result, figure];
}

async function sendStream({ origin, apiKey }: BenchSystem, bytes: number): Promise<string> {
  const response = await fetch(`${origin}/v1/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    body: ReadableStream.from(form(bytes)),
    duplex: 'half',
  });
  const file = (await response.json()) as { id: string; bytes: number };
  if (file.bytes !== bytes) throw new Error(`the file was answered with ${JSON.stringify(file)}`);
  return file.id;
}

async function* form(bytes: number): AsyncGenerator<Uint8Array> {
  const piece = randomBytes(MIB);
  const open = `--${BOUNDARY}\r\ncontent-disposition: form-data; name=`;
  yield Buffer.from(`${open}"file"; filename="large.bin"\r\n\r\n`);
  for (let left = bytes; left > 0; left -= piece.length) {
    yield piece.subarray(0, left);
    await Promise.resolve();
  }
  yield Buffer.from(`\r\n${open}"purpose"\r\n\r\nuser_data\r\n--${BOUNDARY}--\r\n`);
}

async function readBack({ client }: BenchSystem, fileId: string, bytes: number): Promise<void> {
  const { body } = await client.files.content(fileId);
  let read = 0;
  for await (const piece of body ?? []) read += (piece as Uint8Array).length;
  if (read !== bytes) throw new Error(`${read} bytes came back of ${bytes}`);
}

async function sendParts({ client }: BenchSystem, bytes: number): Promise<void> {
  const piece = randomBytes(PART_BYTES);
  const facts = { filename: 'large.bin', mime_type: 'application/octet-stream', purpose: 'user_data' } as const;
  const { id } = await client.uploads.create({ ...facts, bytes });
  const partIds: string[] = [];
  const numbers = Array.from({ length: Math.ceil(bytes / PART_BYTES) }, (_, index) => index).values();
  const sendSome = async (): Promise<void> => {
    for (const index of numbers) {
      const data = await toFile(piece.subarray(0, bytes - index * PART_BYTES), `part-${index}`);
      partIds[index] = (await client.uploads.parts.create(id, { data })).id;
    }
  };
  await Promise.all(Array.from({ length: PARTS_AT_ONCE }, sendSome));
  const { file } = await client.uploads.complete(id, { part_ids: partIds });
  if (file?.bytes !== bytes) throw new Error(`the upload was answered with ${JSON.stringify(file)}`);
}
