import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { sendRaw } from '../testing/send-raw.js';
import { API_KEY, startTestApi } from '../testing/start-test-api.js';

/** Node looks for overdue connections every five seconds. */
const SHORT = { SLUICE_HEADERS_TIMEOUT_MS: '200', SLUICE_UPLOAD_TIMEOUT_MS: '300' };

async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  return socket;
}

describe('clients that hold on to connections', () => {
  it('are cut off when the head of their request does not arrive', async () => {
    await using api = await startTestApi({ environment: SHORT });
    const answer = await sendRaw(api.url, 'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-slow');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"error":{"message"');
    expect(answer).toMatch(/connection: close/i);
  });

  it('are cut off when the body of their request does not arrive', async () => {
    await using api = await startTestApi({ environment: SHORT });
    const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${API_KEY}\r\n`;
    const answer = await sendRaw(
      api.url,
      `${head}content-type: application/json\r\ncontent-length: 100\r\n\r\n{"model"`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('are cut off after a while without a request', async () => {
    await using api = await startTestApi({ environment: { SLUICE_KEEP_ALIVE_TIMEOUT_MS: '200' } });
    const answer = await sendRaw(api.url, 'GET /live HTTP/1.1\r\nhost: x\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('are turned away beyond the configured number, and others come in when there is room again', async () => {
    await using api = await startTestApi({ environment: { SLUICE_MAX_CLIENT_CONNECTIONS: '2' } });
    const held = [await open(api.url), await open(api.url)];
    const third = await open(api.url);
    third.on('error', () => undefined);
    await once(third, 'close');
    for (const socket of held) {
      socket.end();
      await once(socket.resume(), 'close');
    }
    const answer = await sendRaw(api.url, 'GET /live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });
});
