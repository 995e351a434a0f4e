import { scanJsonObject, spliceJson } from '#platform';
import { JSON_CONTENT_TYPE } from './create-transport-request.js';

/** A request that was written for one model, for another that the server knows under `servedName`. */
export function renameModel(bytes: Buffer, servedName: string, contentType: string = JSON_CONTENT_TYPE): Buffer {
  if (contentType !== JSON_CONTENT_TYPE) return bytes;
  const body = scanJsonObject(bytes);
  return body.has('model') ? spliceJson(body, { model: JSON.stringify(servedName) }) : bytes;
}
