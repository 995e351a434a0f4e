import { ConfigurationError, type Logger, type Registry } from '#platform';
import { Catalog } from '../catalog.js';
import { loadCatalog } from '../load-catalog.js';
import type { LimitDefaults } from '../parse-catalog.js';
import type { ReadVariable } from '../read-target.js';
import type { Discovery } from './discovery.js';
import type { DiscoveryConfig } from './discovery.config.js';

/** In place of a path: no model is configured, all are discovered. */
const NO_FILE = 'none';

export interface CatalogSources {
  readonly catalogPath: string;
  readonly limits: LimitDefaults;
  readonly readVariable?: ReadVariable;
  readonly discovery: DiscoveryConfig;
}

export interface OpenCatalog {
  /** For readers who may be anyone. */
  readonly catalog: Catalog;
  /** For callers who hold a key: a name that is unknown to it is looked for, once in a while. */
  readonly catalogForCallers: Catalog;
  /** Absent where nothing is discovered. */
  readonly discovery: Discovery | undefined;
}

/**
 * The models of the catalog file, and those that discovery finds beside them.
 *
 * @throws ConfigurationError when the file cannot be read or makes no sense; never because of discovery.
 */
export async function openCatalog(sources: CatalogSources, logger: Logger, registry?: Registry): Promise<OpenCatalog> {
  const configured = await loadConfigured(sources);
  const { discovery: config, limits: defaults } = sources;
  if (config.mode === 'off') return { catalog: configured, catalogForCallers: configured, discovery: undefined };
  // Only here: importing the control plane's SDK clients was measured to take 58 MB of memory.
  const { Discovery: Started } = await import('./discovery.js');
  const discovery = await Started.start({ config, configured, defaults, logger, ...(registry && { registry }) });
  return { catalog: discovery.catalog, catalogForCallers: discovery.catalogForCallers, discovery };
}

async function loadConfigured({ catalogPath, limits, readVariable, discovery }: CatalogSources): Promise<Catalog> {
  if (catalogPath !== NO_FILE) return loadCatalog(catalogPath, limits, readVariable);
  if (discovery.mode === 'off') {
    throw new ConfigurationError(
      'SLUICE_CATALOG=none leaves no model at all: set SLUICE_DISCOVERY to emd, tags or all, or SLUICE_CATALOG to a path.',
    );
  }
  return new Catalog([], Math.floor(Date.now() / 1000));
}
