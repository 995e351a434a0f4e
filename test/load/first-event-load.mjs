// Opens one stream after the other, leaves each with its first event, and prints how long that took, as one JSON line.
import { Client } from 'undici';

const { url, headers, body, requests } = JSON.parse(process.argv[2]);
const { origin, pathname } = new URL(url);
const firstMs = [];

for (let sent = 0; sent < requests; sent++) {
  const client = new Client(origin);
  const begun = performance.now();
  const answer = await client.request({ method: 'POST', path: pathname, headers, body });
  if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}: ${await answer.body.text()}`);
  for await (const piece of answer.body) {
    if (piece.length > 0) break;
  }
  firstMs.push(performance.now() - begun);
  await client.destroy();
}

firstMs.sort((a, b) => a - b);
console.log(JSON.stringify({ p50Ms: firstMs[Math.floor(firstMs.length / 2)] }));
