import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get as getInClear, type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationError } from '#platform';
import { readApiConfig } from '../../config.js';
import { createCertificate } from '../../testing/create-certificate.js';
import { API_KEY, startTestApi, type TestApi } from '../../testing/start-test-api.js';
import { isExposed } from './is-exposed.js';
import { readCertificate } from './read-certificate.js';

describe('TLS', () => {
  let folder: string;
  let certFile: string;
  let keyFile: string;
  const first = createCertificate();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-tls-'));
    certFile = join(folder, 'tls.crt');
    keyFile = join(folder, 'tls.key');
    await write(first);
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const write = async ({ cert, key }: { readonly cert: string; readonly key: string }): Promise<void> => {
    await Promise.all([writeFile(certFile, cert), writeFile(keyFile, key)]);
  };
  const startTlsApi = (environment: Record<string, string> = {}): Promise<TestApi> =>
    startTestApi({ environment: { SLUICE_TLS_CERT_FILE: certFile, SLUICE_TLS_KEY_FILE: keyFile, ...environment } });
  const shown = async (url: string): Promise<string> => {
    const { port } = new URL(url);
    const socket: TLSSocket = connect({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const { fingerprint256 } = socket.getPeerCertificate();
    socket.destroy();
    return fingerprint256;
  };

  it('B34: with a certificate, calls are encrypted, and a key that comes in clear is not even read', async () => {
    await using api = await startTlsApi();
    expect(api.url).toMatch(/^https:/);
    const body = JSON.stringify({ model: 'test-chat', messages: [{ role: 'user', content: 'hi' }] });
    const sent = request(`${api.url}/v1/chat/completions`, {
      method: 'POST',
      ca: first.cert,
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    });
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    expect(await json(response)).toMatchObject({ choices: [{ message: { content: 'Hello there' } }] });

    const inClear = getInClear(`${api.url.replace('https:', 'http:')}/v1/models`, {
      headers: { authorization: `Bearer ${API_KEY}` },
    });
    await expect(once(inClear, 'response')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('B34: nothing older than TLS 1.2 is spoken', async () => {
    await using api = await startTlsApi();
    const old = connect({
      host: '127.0.0.1',
      port: Number(new URL(api.url).port),
      rejectUnauthorized: false,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    await expect(once(old, 'secureConnect')).rejects.toThrow(/protocol/);
  });

  it('shows a renewed certificate without a restart, keeps the good one meanwhile, and tells when it expires', async () => {
    await using api = await startTlsApi({ SLUICE_TLS_RELOAD_MS: '100', SLUICE_METRICS_ACCESS: 'open' });
    const renewed = createCertificate('renewed');
    // The key of another certificate, as in the middle of a renewal.
    await writeFile(keyFile, renewed.key);
    expect(await shown(api.url)).toBe(new X509Certificate(first.cert).fingerprint256);
    await write(renewed);
    await expect.poll(() => shown(api.url), { timeout: 60_000 }).toBe(new X509Certificate(renewed.cert).fingerprint256);

    const sent = request(`${api.url}/metrics`, { ca: renewed.cert }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const text = (await response.toArray()).join('');
    const seconds = Date.parse(new X509Certificate(renewed.cert).validTo) / 1000;
    expect(text).toContain(`sluice_tls_certificate_expiry_timestamp_seconds ${seconds}`);
    await write(first);
  });

  it('does not start with files that do not fit, and says which variable names them', async () => {
    await write(first);
    const other = join(folder, 'other.key');
    await writeFile(other, createCertificate().key);
    await expect(readCertificate({ certFile, keyFile: other })).rejects.toThrow(/SLUICE_TLS_KEY_FILE.*cannot be used/);
    await expect(readCertificate({ certFile: join(folder, 'none'), keyFile })).rejects.toThrow(ConfigurationError);
    await expect(startTlsApi({ SLUICE_TLS_KEY_FILE: other })).rejects.toThrow(ConfigurationError);
    expect(() => readApiConfig({ SLUICE_API_KEY: 'sk-1', SLUICE_TLS_CERT_FILE: certFile })).toThrow(
      /SLUICE_TLS_KEY_FILE is not set/,
    );
  });

  it('B34: a port that others reach in clear, with no proxy named in front, is told of at the start', () => {
    const read = (environment: Record<string, string>): boolean =>
      isExposed(readApiConfig({ SLUICE_API_KEY: 'sk-1', ...environment }));
    expect(read({})).toBe(false);
    expect(read({ HOST: '0.0.0.0' })).toBe(true);
    expect(read({ HOST: '0.0.0.0', SLUICE_TRUSTED_PROXIES: '10.0.0.0/8' })).toBe(false);
    expect(read({ HOST: '0.0.0.0', SLUICE_TLS_CERT_FILE: certFile, SLUICE_TLS_KEY_FILE: keyFile })).toBe(false);
  });
});
