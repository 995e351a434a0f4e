import type { S3Request } from '../http/s3-request.js';
import { S3Error } from '../s3-error.js';
import { postObjectRoute, type Route, routes } from './routes.js';

/**
 * Parameters that make a request something else than a plain read or write. One that no route claims must not be
 * overlooked: `PUT /bucket/key?acl` would otherwise replace the object.
 */
const subresources = new Set(
  (
    'accelerate acl analytics attributes cors delete encryption intelligent-tiering inventory legal-hold lifecycle ' +
    'list-type location logging metrics notification object-lock ownershipControls partNumber policy policyStatus ' +
    'publicAccessBlock replication requestPayment restore retention select tagging torrent uploadId uploads ' +
    'versionId versioning versions website'
  ).split(' '),
);
/** Parameters that belong to another one and name no operation of their own. */
const companions: Readonly<Record<string, string>> = { partNumber: 'uploadId' };

/** @throws S3Error NotImplemented, MethodNotAllowed */
export function resolveRoute(request: S3Request): Route {
  if (request.form !== undefined) return postObjectRoute;
  const level = levelOf(request);
  const asked = [...request.query.keys()].filter(
    (name) => subresources.has(name) && !(name === 'versionId' && request.query.get(name) === 'null'),
  );
  const route = routes.find(
    (candidate) =>
      candidate.level === level &&
      candidate.method === request.method &&
      (candidate.subresource === undefined || request.query.has(candidate.subresource)) &&
      (candidate.header === undefined || request.headers[candidate.header] !== undefined),
  );
  const claimed = route?.subresource;
  const [first] = asked.filter((name) => claimed === undefined || (name !== claimed && companions[name] !== claimed));
  if (first !== undefined) {
    throw new S3Error('NotImplemented', `${request.method} with the parameter ${first} is not implemented here.`);
  }
  if (route !== undefined) return route;
  throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.');
}

function levelOf({ bucket, key }: S3Request): Route['level'] {
  if (bucket === '') return 'service';
  return key === '' ? 'bucket' : 'object';
}
