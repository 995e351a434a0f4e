import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInference, readInferenceConfig, type Inference, type InferenceConfig } from '#inference';
import { logger } from './open-stage.js';

export interface ModelRequest {
  readonly path: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** What the server answers: a value as JSON, text or bytes as they are. */
export type ModelAnswer = (request: ModelRequest) => unknown;

/** A model server over real HTTP whose answers a test decides, and which keeps what it was asked. */
export class ModelServer {
  readonly requests: ModelRequest[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(answer: ModelAnswer): Promise<ModelServer> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const asked = { path: request.url ?? '', fields: JSON.parse(text) as Record<string, unknown>, text };
        self.requests.push(asked);
        const answered = answer(asked);
        const isRaw = typeof answered === 'string' || Buffer.isBuffer(answered);
        response.writeHead(200, { 'content-type': isRaw ? 'application/octet-stream' : 'application/json' });
        response.end(isRaw ? answered : JSON.stringify(answered));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const self = new ModelServer(server, `http://127.0.0.1:${port}`);
    return self;
  }

  get last(): ModelRequest {
    const last = this.requests.at(-1);
    if (last === undefined) throw new Error('nothing was asked');
    return last;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Calls the given catalog entries. */
export async function openModels(
  models: readonly object[],
  overrides: Partial<InferenceConfig> = {},
): Promise<Inference & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-models-'));
  const path = join(folder, 'sluice.yaml');
  await writeFile(path, JSON.stringify({ models }));
  const config = readInferenceConfig({ SLUICE_CATALOG: path, AWS_REGION: 'us-east-1' });
  const inference = await createInference({ ...config, maxRetries: 0, ...overrides }, logger);
  return {
    ...inference,
    [Symbol.asyncDispose]: async () => {
      await inference.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A catalog entry for a model on such a server. */
export function served(url: string, fields: object): object {
  return { id: 'm/dev', target: { kind: 'http', baseUrl: url }, transports: ['http'], adapter: 'openai', ...fields };
}

export function jsonOf({ body }: { readonly body: Buffer }): Record<string, unknown> {
  return JSON.parse(body.toString('utf8')) as Record<string, unknown>;
}
