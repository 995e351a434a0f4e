import { spliceJson, type JsonBody } from '#platform';

/** The caller's bytes with the served name. Several model servers refuse the `encoding_format: null` that OpenAI takes for absent. */
export function encodeEmbeddingsRequest(body: JsonBody, servedName: string): Buffer {
  const replacements: Record<string, string> = { model: JSON.stringify(servedName) };
  if (body.kind('encoding_format') === 'null') replacements['encoding_format'] = '"float"';
  return spliceJson(body, replacements);
}
