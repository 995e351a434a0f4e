import { onTestFinished } from 'vitest';
import { createLogger, type Registry } from '#platform';
import { Catalog } from '../catalog/catalog.js';
import { readDiscoveryConfig, type DiscoveryConfig } from '../catalog/discovery/discovery.config.js';
import { Discovery } from '../catalog/discovery/discovery.js';
import { LIMIT_DEFAULTS, parseCatalog } from '../catalog/parse-catalog.js';
import type { ScriptedSource } from './scripted-source.js';

const FROM_FILE = `
models:
  - { id: mine/dev, type: chat, aliases: [nick], target: { kind: sagemaker, endpoint: mine }, transports: [invoke], adapter: openai }
`;

/** Discovery beside one configured model, looking once at its start and then when told; closed when the test ends. */
export async function startDiscovery(
  source: ScriptedSource,
  overrides: Partial<DiscoveryConfig> = {},
  registry?: Registry,
): Promise<Discovery> {
  const config = readDiscoveryConfig({ SLUICE_DISCOVERY: 'all', SLUICE_DISCOVERY_CACHE: 'off' });
  const discovery = await Discovery.start({
    config: { ...config, intervalMs: 3_600_000, ...overrides },
    configured: new Catalog(parseCatalog(FROM_FILE, 'test'), 1_700_000_000),
    defaults: LIMIT_DEFAULTS,
    logger: createLogger({ name: 'test', level: 'silent' }),
    source,
    ...(registry && { registry }),
  });
  onTestFinished(() => discovery.close());
  return discovery;
}

/** Ids of all models that are listed, in order. */
export function listedIds({ catalog }: Discovery): readonly string[] {
  return catalog.list().map(({ id }) => id);
}
