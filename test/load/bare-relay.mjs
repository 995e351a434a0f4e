// The yardstick of the realtime benchmarks: the least that a Node gateway can do. It sends the body on and the answer back.
import { createServer } from 'node:http';
import { Pool } from 'undici';

const [origin, path] = process.argv.slice(2);
const upstream = new Pool(origin, { connections: 64 });

async function relay(body, response) {
  try {
    const headers = { 'content-type': 'application/json' };
    const answer = await upstream.request({ method: 'POST', path, headers, body });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    response.writeHead(answer.statusCode, { 'content-type': answer.headers['content-type'] ?? 'application/json' });
    response.end(bytes);
  } catch (error) {
    response.writeHead(502).end(String(error));
  }
}

const server = createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => void relay(Buffer.concat(pieces), response));
});

server.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
