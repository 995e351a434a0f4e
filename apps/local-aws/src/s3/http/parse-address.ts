import { S3Error } from '../s3-error.js';

export interface S3Address {
  readonly bucket: string;
  readonly key: string;
}

const maxKeyBytes = 1024;

/** Bucket and key of a path-style request path. @throws S3Error InvalidURI, KeyTooLongError */
export function parseAddress(rawPath: string): S3Address {
  const slash = rawPath.indexOf('/', 1);
  const bucket = decode(slash < 0 ? rawPath.slice(1) : rawPath.slice(1, slash));
  const key = slash < 0 ? '' : decode(rawPath.slice(slash + 1));
  refuseLongKey(key);
  return { bucket, key };
}

/** The source of a copy: `[/]bucket/key`, percent-encoded. @throws S3Error InvalidArgument */
export function parseCopySource(header: string): S3Address {
  const [path = '', version] = header.split('?versionId=');
  if (version !== undefined && version !== 'null') {
    throw new S3Error('NotImplemented', 'Versions of objects are not kept here.');
  }
  const address = parseAddress(path.startsWith('/') ? path : `/${path}`);
  if (address.bucket === '' || address.key === '') {
    throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  }
  return address;
}

export function refuseLongKey(key: string): void {
  if (Buffer.byteLength(key) > maxKeyBytes) throw new S3Error('KeyTooLongError', 'Your key is too long');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new S3Error('InvalidURI', "Couldn't parse the specified URI.", { cause: error });
  }
}
