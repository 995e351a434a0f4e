// An upstream that costs next to nothing: every POST gets the same chat completion of about 830 bytes.
import { createServer } from 'node:http';

const content = 'The capital of France is Paris, which lies on the Seine. '.repeat(8).trim();
const answer = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-0123456789abcdef',
    object: 'chat.completion',
    created: 1_780_000_000,
    model: 'Qwen2.5-7B-Instruct',
    choices: [
      { index: 0, message: { role: 'assistant', content, tool_calls: [] }, logprobs: null, finish_reason: 'stop' },
    ],
    usage: { prompt_tokens: 182, completion_tokens: 96, total_tokens: 278, prompt_tokens_details: null },
  }),
);

const server = createServer((request, response) => {
  request.on('data', () => undefined);
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
    response.end(answer);
  });
});

server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
