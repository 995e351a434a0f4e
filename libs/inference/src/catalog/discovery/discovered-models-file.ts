import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ADAPTER_NAMES, MODEL_TYPES } from '../model-entry.types.js';
import type { DiscoveredModel, DiscoveredTarget } from './discovered-model.js';

const VERSION = 1;
type Fields = Readonly<Record<string, unknown>>;

/** The models of the last good look-up on disk, for a start while AWS cannot be asked. Keys never go in. */
export class DiscoveredModelsFile {
  constructor(private readonly path: string) {}

  /**
   * @returns undefined when there is none yet.
   * @throws TypeError or SyntaxError when it is no such file; else the file system's error.
   */
  async read(): Promise<readonly DiscoveredModel[] | undefined> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
    const value: unknown = JSON.parse(text);
    if (!isFields(value) || value['version'] !== VERSION || !Array.isArray(value['models'])) {
      throw new TypeError(`${this.path} holds no models of this version.`);
    }
    return value['models'].map((model: unknown) => readModel(model, this.path));
  }

  /** Whoever reads it meanwhile, or after a crash, finds the old models or the new ones. */
  async write(models: readonly DiscoveredModel[]): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    // Several processes may share one path.
    const draft = `${this.path}.${process.pid}`;
    await writeFile(draft, JSON.stringify({ version: VERSION, models }), { mode: 0o600 });
    // A draft that a crash left behind keeps the mode it had.
    await chmod(draft, 0o600);
    await rename(draft, this.path);
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
