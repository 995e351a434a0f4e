/** Requests of the seed's Python snippets as openai-python 3.57.0 and requests 2.34.2 sent them, recorded from the wire. */
export interface RecordedRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** In the order and spelling of the wire; `YOUR_API_KEY` stands for a key. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

const agentHeaders = (accept: string): [string, string][] => [
  ['Accept-Encoding', 'gzip, deflate'],
  ['Connection', 'keep-alive'],
  ['authorization', 'Bearer YOUR_API_KEY'],
  ['accept', accept],
];

const stainlessHeaders: [string, string][] = [
  ['user-agent', 'OpenAI/Python 3.57.0'],
  ['x-stainless-lang', 'python'],
  ['x-stainless-package-version', '3.57.0'],
  ['x-stainless-os', 'Linux'],
  ['x-stainless-arch', 'x64'],
  ['x-stainless-runtime', 'CPython'],
  ['x-stainless-runtime-version', '3.11.7'],
  ['x-stainless-async', 'false'],
  ['x-stainless-retry-count', '0'],
  ['x-stainless-read-timeout', '600'],
];

const openaiPost = (path: string, body: string): RecordedRequest => ({
  method: 'POST',
  path,
  headers: [...agentHeaders('application/json'), ['content-type', 'application/json'], ...stainlessHeaders],
  body,
});

/** 16 by 16 grey pixels as far as a reader of sizes can tell. */
export const JPEG_BASE64 = Buffer.from(
  'ffd8ffe000104a46494600010100000100010000ffc0000b080010001001011100ffd9',
  'hex',
).toString('base64');

export const LIST_MODELS: RecordedRequest = {
  method: 'GET',
  path: '/models',
  headers: [...agentHeaders('application/json'), ...stainlessHeaders],
  body: '',
};

export const CHAT = openaiPost(
  '/chat/completions',
  '{"model":"Qwen2.5-7B-Instruct/dev","stream":false,"messages":[{"role":"system","content":"You are a helpful assistant."},{"role":"user","content":"Hello!"}],"temperature":0.7}',
);

export const CHAT_STREAM = openaiPost(
  '/chat/completions',
  '{"model":"Llama-3.3-70B-Instruct/dev","stream":true,"messages":[{"role":"system","content":"You are a helpful assistant."},{"role":"user","content":"Write a short poem about AI."}]}',
);

export const EMBED_ONE = openaiPost(
  '/embeddings',
  '{"model":"bge-m3/dev","input":"The food was delicious and the service was excellent.","encoding_format":"base64"}',
);

export const EMBED_TWO = openaiPost(
  '/embeddings',
  '{"model":"bge-m3/dev","input":["The food was delicious and the service was excellent.","The restaurant was very expensive and the food was mediocre."],"encoding_format":"base64"}',
);

/** No SDK has `client.reranking.create`: this is what `client.post("/rerank", …)` sends of the snippet's arguments. */
export const RERANK = openaiPost(
  '/rerank',
  '{"model":"bge-reranker-v2-m3/dev","query":"What is the capital of France?","documents":["Paris is the capital of France.","Berlin is the capital of Germany.","London is the capital of England."],"max_rerank":3}',
);

export const VISION = openaiPost(
  '/chat/completions',
  `{"model":"Qwen2-VL-7B-Instruct/dev","messages":[{"role":"user","content":[{"type":"text","text":"What's in this image?"},{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,${JPEG_BASE64}"}}]}]}`,
);

/** Sent by `requests`, which spells its headers otherwise and puts spaces into its JSON. */
export const INVOCATION: RecordedRequest = {
  method: 'POST',
  path: '/v1/invocations',
  headers: [
    ['User-Agent', 'python-requests/2.34.2'],
    ['Accept-Encoding', 'gzip, deflate'],
    ['Accept', '*/*'],
    ['Connection', 'keep-alive'],
    ['Authorization', 'Bearer YOUR_API_KEY'],
    ['Content-Type', 'application/json'],
  ],
  body: '{"model": "Qwen2.5-7B-Instruct/dev", "input": {"query": "What is machine learning?"}, "parameters": {"max_tokens": 100}}',
};

/** The form of `audio.transcriptions.create`, whose fields come before its file. */
export function recordedTranscription(audio: Uint8Array): RecordedRequest {
  const boundary = '0fc30c3fb32c142966fd84f04068bfca';
  const head =
    `--${boundary}\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-large-v3/dev\r\n` +
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="audio.mp3"\r\nContent-Type: audio/mpeg\r\n\r\n`;
  return {
    method: 'POST',
    path: '/audio/transcriptions',
    headers: [
      ...agentHeaders('application/json'),
      ...stainlessHeaders,
      ['Content-Type', `multipart/form-data; boundary=${boundary}`],
    ],
    body: `${head}${Buffer.from(audio).toString('latin1')}\r\n--${boundary}--\r\n`,
  };
}
