import type { HttpTarget } from '#inference';
import { reasonOf, within, type Checkup } from '#scripts/doctor/checkup';
import { failure, ok, warning, type Finding } from '#scripts/doctor/finding';

/** Asks a model server for its models, as every OpenAI client may. */
export async function askServer(target: HttpTarget, checkup: Checkup): Promise<Finding> {
  const { baseUrl, apiKey, headers = {} } = target;
  const name = `server ${baseUrl}`;
  const authorization = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  try {
    const response = await fetch(`${baseUrl}/v1/models`, {
      headers: { ...authorization, ...headers },
      signal: within(checkup),
    });
    await response.arrayBuffer();
    if (response.ok) return ok(name, 'It answers.');
    if (response.status === 401 || response.status === 403)
      return failure(name, `It answers ${response.status}.`, 'Put its key into the variable that `apiKeyEnv` names.');
    return warning(name, `GET /v1/models answers ${response.status}.`, 'It is there. Not every server lists models.');
  } catch (error) {
    return failure(name, reasonOf(error), 'Start it, or put its `baseUrl` right in the catalog.');
  }
}
