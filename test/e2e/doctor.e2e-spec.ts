import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '#scripts/doctor/finding';
import { findFreePort } from '#scripts/launcher/ports';
import { RunningCommand } from '#scripts/testing/running-command';
import { startSystem, type System } from '../setup/processes.js';
import { cleanEnvironment } from '../setup/test-environment.js';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const SECRET = 'sluice-local-secret';

interface Report {
  readonly exitCode: number | string;
  readonly ok: boolean;
  readonly output: string;
  /** Status of a finding by its name. */
  readonly statuses: Readonly<Record<string, Finding['status']>>;
  finding(name: string): Finding;
}

async function examine(environment: NodeJS.ProcessEnv): Promise<Report> {
  const command = new RunningCommand(['scripts/doctor.ts', '--json'], { cwd: root, environment });
  const exitCode = await command.ended;
  const { ok, findings } = JSON.parse(command.output) as { ok: boolean; findings: Finding[] };
  return {
    exitCode,
    ok,
    output: command.output,
    statuses: Object.fromEntries(findings.map(({ name, status }) => [name, status])),
    finding: (name) => {
      const found = findings.find((one) => one.name === name);
      if (found === undefined) throw new Error(`no finding '${name}' in ${command.output}`);
      return found;
    },
  };
}

describe('npm run doctor', () => {
  let system: System;
  let folder: string;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    system = await startSystem();
    folder = await mkdtemp(join(tmpdir(), 'sluice-doctor-'));
    const aws = new URL(system.controlUrl).origin;
    environment = {
      ...cleanEnvironment(),
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'sluice-local',
      AWS_SECRET_ACCESS_KEY: SECRET,
      AWS_ENDPOINT_URL_S3: aws,
      AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: aws,
      SLUICE_BUCKET: 'sluice',
      SLUICE_API_KEY: system.apiKey,
      REDIS_URL: system.redisUrl,
      PORT: new URL(system.baseUrl).port,
      WORKER_PORT: new URL(system.workerUrl).port,
    };
  });

  afterAll(async () => {
    await system.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function writeCatalog(text: string): Promise<string> {
    const path = join(folder, `${Math.random().toString(36).slice(2)}.yaml`);
    await writeFile(path, text);
    return path;
  }

  it('finds nothing to put right in a system that works, and shows no secret', async () => {
    const report = await examine(environment);
    const failures = Object.entries(report.statuses).filter(([, status]) => status === 'failure');
    expect(failures).toEqual([]);
    expect([report.exitCode, report.ok]).toEqual([0, true]);
    expect(report.statuses).toMatchObject({
      node: 'ok',
      'configuration of the api': 'ok',
      'configuration of the worker': 'ok',
      region: 'ok',
      credentials: 'ok',
      clock: 'ok',
      catalog: 'ok',
      'call to EMD-Model-bge-m3-endpoint': 'ok',
      'bucket sluice': 'ok',
      'bucket guarantees': 'ok',
    });
    expect(report.finding('credentials').detail).toContain('…ocal');
    expect(report.finding(`PORT ${environment['PORT']}`).detail).toBe('Sluice listens there.');
    expect(report.output).not.toContain(SECRET);
    expect(report.output).not.toContain(system.apiKey);
  });

  it('names everything that is wrong at once, with a remedy each, and exits 1', async () => {
    const closed = await findFreePort();
    const report = await examine({
      ...environment,
      SLUICE_API_KEY: '',
      SLUICE_BUCKET: 'no-such-bucket',
      REDIS_URL: `redis://127.0.0.1:${closed}`,
      PORT: new URL(system.redisUrl).port,
      SLUICE_CATALOG: await writeCatalog(`models:
  - id: missing/dev
    type: chat
    target: { kind: sagemaker, endpoint: no-such-endpoint }
    transports: [invoke]
    adapter: openai
`),
    });
    expect([report.exitCode, report.ok]).toEqual([1, false]);
    const wrong = ['configuration of the api', 'call to no-such-endpoint', 'bucket no-such-bucket', 'redis'];
    for (const name of [...wrong, `PORT ${new URL(system.redisUrl).port}`]) {
      expect(`${name} ${report.finding(name).status}`).toBe(`${name} failure`);
      expect(report.finding(name).remedy).toMatch(/\w{3,}/);
    }
    expect(report.finding('configuration of the api').detail).toContain('SLUICE_API_KEY');
    expect(report.statuses['configuration of the worker']).toBe('ok');
    expect(report.statuses['bucket guarantees']).toBe('skipped');
  });

  it('says that credentials are refused, and that a server does not answer', async () => {
    const closed = await findFreePort();
    const report = await examine({
      ...environment,
      AWS_SECRET_ACCESS_KEY: 'another-secret-of-nobody',
      SLUICE_CATALOG: await writeCatalog(`models:
  - id: one/dev
    type: embedding
    target: { kind: sagemaker, endpoint: EMD-Model-bge-m3-endpoint }
    transports: [invoke]
    adapter: openai
  - id: two/dev
    type: chat
    target: { kind: http, baseUrl: 'http://127.0.0.1:${closed}' }
    transports: [http]
    adapter: openai
`),
    });
    expect(report.exitCode).toBe(1);
    expect(report.finding('call to EMD-Model-bge-m3-endpoint').remedy).toContain('credentials');
    expect(report.finding(`server http://127.0.0.1:${closed}`).detail).toContain('ECONNREFUSED');
    expect(report.statuses['bucket sluice']).toBe('failure');
  });

  it('tells the status of endpoints where it may ask for it', async () => {
    const report = await examine({
      ...environment,
      AWS_ENDPOINT_URL_SAGEMAKER: new URL(system.controlUrl).origin,
      SLUICE_CATALOG: await writeCatalog(`models:
  - id: one/dev
    type: embedding
    targets:
      - { kind: sagemaker, endpoint: EMD-Model-bge-m3-endpoint }
      - { kind: sagemaker, endpoint: no-such-replica }
    transports: [invoke]
    adapter: openai
  - id: two/dev
    type: embedding
    target: { kind: sagemaker, endpoint: no-such-endpoint }
    transports: [invoke]
    adapter: openai
    bulk: { target: { kind: sagemaker, endpoint: no-such-queue } }
`),
    });
    expect(report.exitCode).toBe(1);
    for (const name of ['no-such-queue', 'no-such-replica'])
      expect(report.finding(`endpoint ${name}`).status).toBe('failure');
    expect(report.finding('endpoint EMD-Model-bge-m3-endpoint')).toMatchObject({ status: 'ok', detail: 'InService' });
    expect(report.finding('endpoint no-such-endpoint').status).toBe('failure');
  });

  it('says what keeps the catalog from being read', async () => {
    const report = await examine({ ...environment, SLUICE_CATALOG: await writeCatalog('models: [{ id: 7 }]') });
    expect(report.exitCode).toBe(1);
    expect(report.statuses['catalog']).toBe('failure');
  });

  it('sends endpoints nothing when it is told so', async () => {
    const before = (await system.witness()).length;
    const command = new RunningCommand(['scripts/doctor.ts', '--no-calls'], { cwd: root, environment });
    expect(await command.ended).toBe(0);
    expect(command.output).toContain('0 failures');
    expect((await system.witness()).length).toBe(before);
  });
});
