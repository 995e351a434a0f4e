import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseCatalog } from '#inference';

interface Compose {
  readonly services: Readonly<
    Record<string, { readonly profiles?: readonly string[]; readonly volumes?: readonly string[] }>
  >;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const read = (file: string): Promise<string> => readFile(new URL(`../../../${file}`, import.meta.url), 'utf8');
const readCompose = async (): Promise<Compose> => parse(await read('docker-compose.yml'), { merge: true }) as Compose;

describe('the model servers of docker-compose.yml', () => {
  it('are those that engines.yaml names, and start only with their profile', async () => {
    const models = parseCatalog(await read('engines.yaml'), 'engines.yaml');
    const { services } = await readCompose();
    const hosts = models.map(({ target }) => (target.kind === 'http' ? new URL(target.baseUrl).hostname : undefined));

    expect(models.map(({ type }) => type)).toEqual(['chat', 'embedding', 'rerank', 'transcription']);
    for (const host of hosts) expect(services[host ?? 'none']?.profiles).toEqual(['engines']);
  });

  it('keep what they download in volumes that are declared', async () => {
    const { services, volumes } = await readCompose();
    const named = Object.values(services).flatMap((service) => service.volumes ?? []);

    for (const volume of named) expect(Object.keys(volumes)).toContain(volume.split(':')[0]);
  });

  it('reach the image: it holds every catalog that compose may be told to use', async () => {
    expect(await read('Dockerfile')).toMatch(/^COPY package\.json sluice\.yaml engines\.yaml /m);
    expect(await read('.dockerignore')).toContain('!engines.yaml');
  });
});
