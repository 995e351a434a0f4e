/** A request that is right, which mutations start from. */
export interface SeedBody {
  readonly path: string;
  readonly body: string;
}

const CHAT = '/v1/chat/completions';
const user = (content: unknown): object => ({ role: 'user', content });
const chat = (body: object): SeedBody => ({
  path: CHAT,
  body: JSON.stringify({ model: 'Qwen2.5-7B-Instruct/dev', messages: [user('Reply with exactly: here')], ...body }),
});
const tool = {
  type: 'function',
  function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
};
const toolCall = { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } };
const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** @param fileId of a file that can be a batch's input */
export function seedBodies(fileId: string): readonly SeedBody[] {
  return [
    chat({ temperature: 0.7, top_p: 1, n: 2, seed: 42, stop: ['###'], max_tokens: 20, user: 'fuzz' }),
    chat({ stream: true, stream_options: { include_usage: true } }),
    chat({ model: 'Llama-3.3-70B-Instruct/dev', stream: true, logprobs: true, top_logprobs: 2 }),
    chat({ tools: [tool], tool_choice: 'auto', parallel_tool_calls: false }),
    chat({
      messages: [
        { role: 'system', content: 'Be brief.' },
        user('Weather?'),
        { role: 'assistant', content: null, tool_calls: [toolCall] },
        { role: 'tool', tool_call_id: 'call_1', content: 'Sunny' },
      ],
    }),
    chat({
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'place', schema: { type: 'object', properties: { city: { type: 'string' } } } },
      },
      metadata: { run: 'fuzz' },
      logit_bias: { '50256': -100 },
    }),
    chat({
      model: 'Qwen2-VL-7B-Instruct/dev',
      messages: [
        user([
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: pixel } },
        ]),
      ],
    }),
    {
      path: '/v1/completions',
      body: '{"model":"Qwen2.5-7B-Instruct/dev","prompt":["one","two"],"max_tokens":5,"echo":false,"stream":false}',
    },
    { path: '/v1/embeddings', body: '{"model":"bge-m3/dev","input":"The food was delicious","user":"fuzz"}' },
    {
      path: '/v1/embeddings',
      body: '{"model":"bge-m3/dev","input":["one","two ✓ ünïcødé"],"encoding_format":"base64","dimensions":64}',
    },
    { path: '/v1/embeddings', body: '{"model":"bge-m3/dev","input":[[1,2,3],[4,5]],"encoding_format":"float"}' },
    {
      path: '/v1/rerank',
      body: '{"model":"bge-reranker-v2-m3/dev","query":"capital","documents":["Paris",{"text":"Berlin"}],"top_n":1,"return_documents":true}',
    },
    {
      path: '/v2/rerank',
      body: '{"model":"bge-reranker-v2-m3/dev","query":"capital","documents":["Paris","Berlin"],"max_tokens_per_doc":100}',
    },
    {
      path: '/v1/invocations',
      body: '{"model":"Qwen2.5-7B-Instruct/dev","input":{"query":"What is it?"},"parameters":{"max_tokens":5,"stream":false}}',
    },
    {
      path: '/v1/batches',
      body: '{"input_file_id":"file-of-nobody","endpoint":"/v1/embeddings","completion_window":"24h","metadata":{"a":"b"}}',
    },
    {
      path: '/v1/batches',
      body: `{"input_file_id":"${fileId}","endpoint":"/v1/embeddings","completion_window":"24h","metadata":{"a":"b"},"output_expires_after":{"anchor":"created_at","seconds":3600}}`,
    },
  ];
}
