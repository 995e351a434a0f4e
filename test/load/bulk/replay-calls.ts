import { Pool } from 'undici';
import type { BenchSystem } from '#load/bulk/bench-system';
import { ENDPOINT } from '#load/bulk/input-file';
import type { SeenCall } from '#load/bulk/witness';

type SignerModule = typeof import('../../../libs/inference/src/transport/sagemaker/fast/signer.js');

/** As the catalog lets bulk have in flight at that endpoint. */
const CONCURRENCY = 8;
const CREDENTIALS = { accessKeyId: 'sluice-local', secretAccessKey: 'sluice-local-secret' };

/**
 * The model's time: the same number of calls with as many inputs each, made by a bare client that does nothing with the
 * answers. @returns milliseconds
 */
export async function replayCalls(system: BenchSystem, calls: readonly SeenCall[]): Promise<number> {
  const built = new URL('../../../dist/libs/inference/src/transport/sagemaker/fast/signer.js', import.meta.url).href;
  const { Signer } = (await import(built)) as SignerModule;
  const signer = new Signer('sagemaker', 'us-east-1');
  const pool = new Pool(system.awsOrigin, { connections: CONCURRENCY });
  const sizes = calls.map(({ inputs }) => inputs.length).values();
  let sent = 0;
  const path = `/endpoints/${ENDPOINT}/invocations`;
  const call = async (size: number): Promise<void> => {
    const input = Array.from({ length: size }, () => `passage number ${sent++}`);
    const body = Buffer.from(JSON.stringify({ input, encoding_format: 'base64', dimensions: 64 }));
    const headers = { host: new URL(system.awsOrigin).host, 'content-type': 'application/json' };
    const signed = signer.sign({ method: 'POST', path, headers, body }, CREDENTIALS, Date.now());
    const answer = await pool.request({ method: 'POST', path, headers: signed, body });
    await answer.body.arrayBuffer();
    if (answer.statusCode !== 200) throw new Error(`a replayed call was answered with ${answer.statusCode}`);
  };
  const beganMs = performance.now();
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (const size of sizes) await call(size);
    }),
  );
  const wallMs = performance.now() - beganMs;
  await pool.close();
  return wallMs;
}
