import { loadCatalog, membersOf, readInferenceConfig, type ModelEntry } from '#inference';
import { ConfigurationError } from '#platform';
import { askEndpoint } from '#scripts/doctor/ask-endpoint';
import { askServer } from '#scripts/doctor/ask-server';
import { describeEndpoint } from '#scripts/doctor/describe-endpoint';
import type { Checkup } from '#scripts/doctor/checkup';
import { failure, ok, warning, type Finding } from '#scripts/doctor/finding';

export interface ModelCheckup extends Checkup {
  /** Whether models may be sent an empty request, which they refuse at once. */
  readonly calls: boolean;
}

/** The catalog, and what it names: every endpoint and server is looked at once. */
export async function checkModels(checkup: ModelCheckup): Promise<readonly Finding[]> {
  const entries = await readCatalog(checkup);
  if (!Array.isArray(entries)) return [entries as Finding];
  if (entries.length === 0) return [warning('catalog', 'It holds no model.', 'Add one, or switch on discovery.')];
  const targets = new Map(entries.flatMap(waysOf).map((entry) => [targetKey(entry), entry]));
  const found = await Promise.all([...targets.values()].map((entry) => lookAt(entry, checkup)));
  return [ok('catalog', `${entries.length} models on ${targets.size} endpoints`), ...found.flat()];
}

async function readCatalog({ environment }: Checkup): Promise<readonly ModelEntry[] | Finding> {
  try {
    const { catalogPath, limits, readVariable } = readInferenceConfig(environment);
    return (await loadCatalog(catalogPath, limits, readVariable)).list();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return failure('catalog', error.message, 'Put the file right; `sluice.yaml` explains its fields.');
  }
}

/** An asynchronous endpoint beside a model's own target is looked at like any other. */
function waysOf(entry: ModelEntry): ModelEntry[] {
  const { bulk } = entry;
  return [...membersOf(entry), ...(bulk ? [{ ...entry, target: bulk.target, transports: ['async'] as const }] : [])];
}

function targetKey({ target }: ModelEntry): string {
  return JSON.stringify([target.kind, target.endpoint, target.inferenceComponent, target.region]);
}

async function lookAt(entry: ModelEntry, checkup: ModelCheckup): Promise<readonly Finding[]> {
  const { target } = entry;
  if (target.kind === 'http') return [await askServer(target, checkup)];
  const described = await describeEndpoint(target, checkup);
  if (described.status === 'failure') return [described];
  const isCallable = entry.transports.some((transport) => transport === 'invoke' || transport === 'invoke-stream');
  if (!checkup.calls || !isCallable) return [described];
  return [described, await askEndpoint(target, checkup)];
}
