import type { EndpointInput } from './endpoint-definition.js';

/** The models that the example configuration names, deployed as Easy Model Deployer names its endpoints. */
export const defaultEndpoints: readonly EndpointInput[] = [
  {
    name: 'EMD-Model-qwen2-5-7b-instruct-endpoint',
    model: 'Qwen2.5-7B-Instruct',
    engine: 'chat',
    framing: 'json-lines',
  },
  {
    name: 'EMD-Model-llama-3-3-70b-instruct-endpoint',
    model: 'Llama-3.3-70B-Instruct',
    engine: 'chat',
    framing: 'sse',
  },
  {
    name: 'EMD-Model-qwen2-vl-7b-instruct-endpoint',
    model: 'Qwen2-VL-7B-Instruct',
    engine: 'chat',
    framing: 'json-lines',
    // EMD starts this model with that limit.
    maxImages: 2,
  },
  { name: 'EMD-Model-bge-m3-endpoint', model: 'bge-m3', engine: 'embedding' },
  { name: 'EMD-Model-bge-reranker-v2-m3-endpoint', model: 'bge-reranker-v2-m3', engine: 'rerank' },
  // EMD offers whisper on asynchronous endpoints alone.
  { name: 'EMD-Model-whisper-endpoint', model: 'whisper', engine: 'speech-emd', async: true },
  { name: 'vllm-whisper-endpoint', model: 'whisper-large-v3-turbo', engine: 'speech' },
];
