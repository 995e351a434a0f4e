// The yardstick of streams: the answer is piped through as it comes.
import { createServer } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Pool } from 'undici';

const [origin, path] = process.argv.slice(2);
const upstream = new Pool(origin, { connections: 1024 });

async function relay(body, response) {
  const headers = { 'content-type': 'application/json' };
  const answer = await upstream.request({ method: 'POST', path, headers, body });
  response.writeHead(answer.statusCode, { 'content-type': answer.headers['content-type'] });
  await pipeline(answer.body, response);
}

const server = createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    relay(Buffer.concat(pieces), response).catch((error) => response.destroy(error));
  });
});

server.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
