import { ConfigurationError } from '#platform';
import type { AdapterName, ModelEntry, ModelOptions, ModelType, TransportName } from '../model-entry.types.js';
import { readModel, type LimitDefaults } from '../parse-catalog.js';
import type { DiscoveredModel } from './discovered-model.js';
import { guessModelType } from './guess-model-type.js';

/** Their whole answers always fail with a 500 in EMD's containers; only streams work. EMD spells the last one so. */
const STREAM_ONLY_ENGINES: ReadonlySet<string> = new Set(['lmdeploy', 'ollama', 'ktransformers', 'ktranformers']);
/** A field that OpenAI does not know makes these fail, unless it travels inside `extra_body`. */
const EXTRA_BODY_ENGINES: ReadonlySet<string> = new Set([...STREAM_ONLY_ENGINES, 'llamacpp', 'tgi']);
/** As in EMD's containers; the larger of the two checkpoints that they hold. */
const EMD_WHISPER_MODEL = 'large-v3';
/** Printable, without spaces: ids stand in URLs and lists. */
const MODEL_ID = /^[!-~]{1,200}$/;

/**
 * The catalog entry of a model that AWS told of: what an operator would have written for it.
 *
 * @throws ConfigurationError saying what makes it impossible to call.
 */
export function toModelEntry(model: DiscoveredModel, defaults: LimitDefaults): ModelEntry {
  const { id, origin, target, engine = '' } = model;
  if (!MODEL_ID.test(id)) throw new ConfigurationError(`${origin}: id: '${id}' is no model id.`);
  const slash = id.lastIndexOf('/');
  const type = model.type ?? (engine === 'comfyui' ? 'custom' : guessModelType(id.slice(0, slash)));
  const adapter = model.adapter ?? adapterOf(type, model);
  const transports = transportsOf(type, model);
  const options = optionsOf({ type, adapter, transports }, engine);
  return readModel({ id, type, target, transports, adapter, options }, origin, defaults);
}

function adapterOf(type: ModelType, { isAsync, engine }: DiscoveredModel): AdapterName {
  if (type === 'custom') return 'raw';
  if (type === 'transcription') return isAsync && engine !== undefined ? 'emd-whisper' : 'whisper-multipart';
  const isTransformers = engine === 'huggingface' && (type === 'embedding' || type === 'rerank');
  return isTransformers ? 'emd-transformers' : 'openai';
}

function transportsOf(type: ModelType, { target, isAsync }: DiscoveredModel): readonly TransportName[] {
  if (target.kind === 'http') return ['http'];
  if (isAsync) return ['async'];
  const streams = type === 'chat' || type === 'vision' || type === 'custom';
  return streams ? ['invoke', 'invoke-stream'] : ['invoke'];
}

type Kind = Pick<ModelEntry, 'type' | 'adapter' | 'transports'>;

function optionsOf({ type, adapter, transports }: Kind, engine: string): ModelOptions {
  const generates = adapter === 'openai' && (type === 'chat' || type === 'vision');
  const isAsync = transports.includes('async');
  return {
    // An asynchronous call has no stream; whether its answer is one is for the adapter to see.
    ...(generates && !isAsync && STREAM_ONLY_ENGINES.has(engine) && { streamOnly: true }),
    ...(generates && EXTRA_BODY_ENGINES.has(engine) && { extraBody: true }),
    ...(adapter === 'emd-whisper' && { whisperModel: EMD_WHISPER_MODEL }),
  };
}
