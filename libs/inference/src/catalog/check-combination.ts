import type { AdapterName, ModelEntry, ModelType } from './model-entry.types.js';

type Complain = (field: string, complaint: string) => never;

/** The types of model that each dialect has words for. */
const TYPES_OF_ADAPTER = {
  openai: ['chat', 'vision', 'embedding', 'rerank'],
  tei: ['embedding', 'rerank'],
  'emd-transformers': ['embedding', 'rerank'],
  'emd-whisper': ['transcription'],
  'whisper-multipart': ['transcription'],
  raw: ['custom'],
} as const satisfies Record<AdapterName, readonly ModelType[]>;

/** Refuses what could never answer a call, so that it shows at start and not at the first request. */
export function checkCombination(entry: ModelEntry, complain: Complain): void {
  const types: readonly ModelType[] = TYPES_OF_ADAPTER[entry.adapter];
  if (!types.includes(entry.type)) {
    complain('adapter', `'${entry.adapter}' serves models of type ${types.join(', ')}, but this one is ${entry.type}.`);
  }
  checkTransports(entry, complain);
  checkReplicas(entry, complain);
  if (entry.fallbacks.includes(entry.id)) complain('fallbacks', 'a model cannot stand in for itself.');
  checkBulk(entry, complain);
  checkSharing(entry, complain);
  const { customAttributes, prefixAwareId, packing } = entry.options;
  if (packing !== undefined && entry.type !== 'embedding') {
    complain('options.packing', `is for models of type embedding, but this one is ${entry.type}.`);
  }
  if (entry.target.kind === 'http' && (customAttributes !== undefined || prefixAwareId === true)) {
    complain('options', 'customAttributes and prefixAwareId are for targets of kind sagemaker.');
  }
}

function checkTransports(entry: ModelEntry, complain: Complain): void {
  const { target, transports, adapter } = entry;
  for (const name of transports) {
    if ((name === 'http') !== (target.kind === 'http')) {
      complain('transports', `'${name}' does not reach a target of kind ${target.kind}.`);
    }
  }
  if (transports.includes('async') && transports.length > 1) {
    complain('transports', "an endpoint with 'async' takes no other calls.");
  }
  if (adapter === 'emd-whisper' && !transports.includes('async')) {
    complain('transports', "the adapter emd-whisper needs the transport 'async'.");
  }
  checkStreaming(entry, complain);
}

function checkReplicas({ replicas, transports, bulk }: ModelEntry, complain: Complain): void {
  if (replicas.length === 0) return;
  if (transports.includes('async')) {
    complain('targets', "several endpoints are not for the transport 'async'. Name one of them as target.");
  }
  if (bulk !== undefined) {
    complain(
      'targets',
      'several endpoints have no bulk way beside them. Leave bulk out, or name one of them as target.',
    );
  }
}

function checkBulk({ bulk, type, transports, target }: ModelEntry, complain: Complain): void {
  if (bulk === undefined) return;
  if (transports.includes('async')) complain('bulk', "is for entries that are not reached by 'async' already.");
  if (type === 'transcription' || type === 'custom')
    complain('bulk', `models of type ${type} have no lines of a batch.`);
  if (bulk.target.endpoint === target.endpoint) {
    complain('bulk.target.endpoint', 'expected another endpoint: an asynchronous one takes no other calls.');
  }
}

function checkSharing({ sharing, type, adapter, transports }: ModelEntry, complain: Complain): void {
  if (sharing.priority !== undefined && adapter !== 'openai') {
    complain('sharing.priority', `is for vLLM, which is reached by the adapter openai, but this one is ${adapter}.`);
  }
  if (sharing.onYield !== 'abort') return;
  if (type !== 'chat' && type !== 'vision') {
    complain(
      'sharing.onYield',
      `'abort' is for models of type chat or vision, whose answers take long, but this one is ${type}. Leave it out.`,
    );
  }
  if (transports.includes('async')) {
    complain('sharing.onYield', "'abort' cannot take back what was given to an asynchronous endpoint. Leave it out.");
  }
}

function checkStreaming({ type, transports, options }: ModelEntry, complain: Complain): void {
  const isChat = type === 'chat' || type === 'vision';
  if (transports.includes('openai-route') && !isChat) {
    complain('transports', "'openai-route' carries chat completions only.");
  }
  const streams = transports.some((name) => name === 'invoke-stream' || name === 'openai-route' || name === 'http');
  if (options.streamOnly === true && !streams) {
    complain('options.streamOnly', 'needs a transport that streams: invoke-stream, openai-route or http.');
  }
  if (!isChat && type !== 'custom' && transports.every((name) => name === 'invoke-stream')) {
    complain('transports', `a model of type ${type} needs one that brings whole answers.`);
  }
}
