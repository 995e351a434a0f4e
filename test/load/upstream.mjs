// The model servers of the benchmarks, which cost next to nothing. Streams come as from a SageMaker endpoint: `tokens`
// chunks, one every `intervalMs`, in event-stream frames, or as they are for the bare relay (path `/stream`).
import { createServer } from 'node:http';
import { crc32 } from 'node:zlib';

const [tokens = '250', intervalMs = '20'] = process.argv.slice(2);
const HEADERS = encodeHeaders({
  ':message-type': 'event',
  ':event-type': 'PayloadPart',
  ':content-type': 'application/octet-stream',
});

function encodeHeaders(headers) {
  return Buffer.concat(
    Object.entries(headers).map(([name, value]) => {
      const head = Buffer.alloc(2 + name.length + 2);
      head[0] = name.length;
      head.write(name, 1);
      head[1 + name.length] = 7;
      head.writeUInt16BE(value.length, 2 + name.length);
      return Buffer.concat([head, Buffer.from(value)]);
    }),
  );
}

function encodeFrame(payload) {
  const frame = Buffer.alloc(12 + HEADERS.length + payload.length + 4);
  frame.writeUInt32BE(frame.length, 0);
  frame.writeUInt32BE(HEADERS.length, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  HEADERS.copy(frame, 12);
  payload.copy(frame, 12 + HEADERS.length);
  frame.writeUInt32BE(crc32(frame.subarray(0, -4)), frame.length - 4);
  return frame;
}

function chunk(delta, finishReason) {
  const choice = { index: 0, delta, logprobs: null, finish_reason: finishReason };
  const body = {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_780_000_000,
    model: 'm',
    choices: [choice],
  };
  return `data: ${JSON.stringify(body)}\n\n`;
}

const PARTS = [
  chunk({ role: 'assistant', content: '' }, null),
  ...Array.from({ length: Number(tokens) }, (_, token) => chunk({ content: ` token${token % 10}` }, null)),
  chunk({}, 'stop') + 'data: [DONE]\n\n',
].map((text) => Buffer.from(text));
const FRAMES = PARTS.map(encodeFrame);
const answers = new Map();

/** About 830 bytes. */
const CHAT = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-0123456789abcdef',
    object: 'chat.completion',
    created: 1_780_000_000,
    model: 'chat',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'The capital of France is Paris, which lies on the Seine. '.repeat(8).trim(),
          tool_calls: [],
        },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 182, completion_tokens: 96, total_tokens: 278, prompt_tokens_details: null },
  }),
);
const TRANSCRIPT = Buffer.from('{"text":"what was said"}');

/** As many rows as there are inputs, made once per number. */
function embeddings(inputs) {
  const known = answers.get(inputs);
  if (known !== undefined) return known;
  const data = Array.from({ length: inputs }, (_, index) => {
    const row = Float32Array.from({ length: 1536 }, (_, at) => Math.sin(index * 1536 + at));
    return { object: 'embedding', index, embedding: Buffer.from(row.buffer).toString('base64') };
  });
  const usage = { prompt_tokens: inputs * 10, total_tokens: inputs * 10 };
  const answer = Buffer.from(JSON.stringify({ object: 'list', data, model: 'embed', usage }));
  answers.set(inputs, answer);
  return answer;
}

function stream(response, pieces, contentType) {
  response.writeHead(200, { 'content-type': contentType });
  let next = 0;
  const timer = setInterval(() => {
    response.write(pieces[next++]);
    if (next < pieces.length) return;
    clearInterval(timer);
    response.end();
  }, Number(intervalMs));
  response.on('close', () => clearInterval(timer));
}

function send(response, bytes) {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes);
}

function answerRead(request, response) {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => send(response, embeddings(JSON.parse(Buffer.concat(pieces).toString()).input.length)));
}

function answer(request, response) {
  const { url } = request;
  if (url.includes('embed')) {
    answerRead(request, response);
    return;
  }
  request.resume();
  request.on('end', () => {
    if (url.endsWith('/invocations-response-stream')) stream(response, FRAMES, 'application/vnd.amazon.eventstream');
    else if (url.endsWith('/stream')) stream(response, PARTS, 'text/event-stream');
    else send(response, url.includes('speech') ? TRANSCRIPT : CHAT);
  });
}

const server = createServer(answer);

server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
