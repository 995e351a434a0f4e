// Sends a number of equal requests over a fixed number of connections and prints what it saw as one JSON line.
import { readFileSync } from 'node:fs';
import { Client } from 'undici';

const { url, headers, bodyFile, requests, connections } = JSON.parse(process.argv[2]);
const { origin, pathname } = new URL(url);
const body = readFileSync(bodyFile);
const latenciesMs = [];
const statuses = {};
let sent = 0;

async function drive() {
  const client = new Client(origin);
  while (sent < requests) {
    sent++;
    const begun = performance.now();
    const answer = await client.request({ method: 'POST', path: pathname, headers, body });
    await answer.body.arrayBuffer();
    latenciesMs.push(performance.now() - begun);
    statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1;
  }
  await client.close();
}

const begun = performance.now();
await Promise.all(Array.from({ length: connections }, drive));
const seconds = (performance.now() - begun) / 1000;
latenciesMs.sort((a, b) => a - b);
const percentile = (share) => latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(latenciesMs.length * share))];
console.log(JSON.stringify({ seconds, statuses, p50Ms: percentile(0.5), p99Ms: percentile(0.99) }));
