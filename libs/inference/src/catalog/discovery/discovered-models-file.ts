import { writePrivateFile } from '#platform';
import { ADAPTER_NAMES, MODEL_TYPES } from '../model-entry.types.js';
import type { DiscoveredModel, DiscoveredTarget } from './discovered-model.js';
import { readFileIfThere } from './read-file-if-there.js';

/** Models and when AWS named them. */
export interface RememberedModels {
  readonly models: readonly DiscoveredModel[];
  readonly readAtMs: number;
}

const VERSION = 1;
type Fields = Readonly<Record<string, unknown>>;

/** The models of the last good look-up on disk, for a start while AWS cannot be asked. Keys never go in. */
export class DiscoveredModelsFile {
  constructor(private readonly path: string) {}

  /**
   * @returns undefined when there is none yet.
   * @throws TypeError or SyntaxError when it is no such file; else the file system's error.
   */
  async read(): Promise<RememberedModels | undefined> {
    const text = await readFileIfThere(this.path);
    if (text === undefined) return undefined;
    const value: unknown = JSON.parse(text);
    if (!isFields(value) || value['version'] !== VERSION || !Array.isArray(value['models'])) {
      throw new TypeError(`${this.path} holds no models of this version.`);
    }
    const models = value['models'].map((model: unknown) => readModel(model, this.path));
    const readAtMs = Date.parse(String(value['readAt']));
    // A file from before times were kept.
    return { models, readAtMs: Number.isNaN(readAtMs) ? 0 : readAtMs };
  }

  async write({ models, readAtMs }: RememberedModels): Promise<void> {
    const readAt = new Date(readAtMs).toISOString();
    await writePrivateFile(this.path, JSON.stringify({ version: VERSION, readAt, models }));
  }
}

function readModel(value: unknown, path: string): DiscoveredModel {
  const target = isFields(value) ? readTarget(value['target']) : undefined;
  if (!isFields(value) || typeof value['id'] !== 'string' || target === undefined) {
    throw new TypeError(`${path} holds something that is no model.`);
  }
  const { id, origin, engine, unavailable } = value;
  const type = MODEL_TYPES.find((name) => name === value['type']);
  const adapter = ADAPTER_NAMES.find((name) => name === value['adapter']);
  return {
    id,
    origin: typeof origin === 'string' ? origin : path,
    target,
    isAsync: value['isAsync'] === true,
    // Whoever is in doubt takes a model for a protected one.
    hasKey: value['hasKey'] !== false,
    ...(typeof engine === 'string' && { engine }),
    ...(typeof unavailable === 'string' && { unavailable }),
    ...(type !== undefined && { type }),
    ...(adapter !== undefined && { adapter }),
  };
}

function readTarget(value: unknown): DiscoveredTarget | undefined {
  if (!isFields(value)) return undefined;
  const { kind, endpoint, baseUrl } = value;
  if (kind === 'sagemaker' && typeof endpoint === 'string') return { kind, endpoint };
  if (kind === 'http' && typeof baseUrl === 'string') return { kind, baseUrl };
  return undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
