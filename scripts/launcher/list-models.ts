import { LauncherError } from '#scripts/launcher/launcher-error';
import type { Summary } from '#scripts/launcher/summary';

const TIMEOUT_MS = 10_000;

/** The models that the api offers now. */
export async function listModels(baseUrl: string, apiKey: string): Promise<Summary['models']> {
  const response = await fetch(`${baseUrl}/models`, {
    headers: { authorization: `Bearer ${apiKey}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new LauncherError(`${baseUrl}/models answers ${response.status}: ${await response.text()}`);
  const page = (await response.json()) as { data: Summary['models'] };
  return page.data;
}
