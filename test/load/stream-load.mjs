// Reads a number of streams side by side and prints, as one JSON line, how many events came.
import { Pool } from 'undici';

const { url, headers, body, streams } = JSON.parse(process.argv[2]);
const { origin, pathname } = new URL(url);
const pool = new Pool(origin, { connections: streams });
let events = 0;
let done = 0;

async function read() {
  const answer = await pool.request({ method: 'POST', path: pathname, headers, body });
  if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}: ${await answer.body.text()}`);
  let tail = '';
  for await (const piece of answer.body) {
    const text = tail + piece.toString('latin1');
    const frames = text.split('\n\n');
    tail = frames.pop();
    events += frames.length;
    done += frames.filter((frame) => frame === 'data: [DONE]').length;
  }
}

await Promise.all(Array.from({ length: streams }, read));
await pool.close();
console.log(JSON.stringify({ events, done }));
