export interface OpenAiRouteTarget {
  readonly endpointName: string;
  readonly inferenceComponent: string | undefined;
}

const route = /^\/endpoints\/([^/?]+)(?:\/inference-components\/([^/?]+))?\/openai\/v1\/chat\/completions(?:\?|$)/;

/** The endpoint that a request to the OpenAI route names; undefined for every other request. */
export function parseOpenAiRoute(method: string | undefined, url: string | undefined): OpenAiRouteTarget | undefined {
  const match = method === 'POST' ? route.exec(url ?? '') : null;
  const endpointName = match?.[1];
  return endpointName === undefined ? undefined : { endpointName, inferenceComponent: match?.[2] };
}
