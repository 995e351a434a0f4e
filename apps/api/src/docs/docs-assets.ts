import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { START_SCRIPT } from './docs-page.js';

const require = createRequire(import.meta.url);

export interface DocsAsset {
  readonly type: string;
  readonly content: Buffer;
  /** Changes with the content. */
  readonly etag: string;
}

/** The only files that are served: a name from a request never becomes a path. */
const FILE_TYPES: ReadonlyMap<string, string> = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['favicon-32x32.png', 'image/png'],
]);

const START_NAME = 'start.js';

/** Scripts and styles of the page, read from the package once and kept. */
export class DocsAssets {
  private readonly loaded = new Map<string, Promise<DocsAsset>>();
  private readonly folder = dirname(require.resolve('swagger-ui-dist/package.json'));

  /** @returns `undefined` when the page has no such part. */
  async find(name: string): Promise<DocsAsset | undefined> {
    if (name === START_NAME) return toAsset('text/javascript; charset=utf-8', Buffer.from(START_SCRIPT));
    const type = FILE_TYPES.get(name);
    if (type === undefined) return undefined;
    let asset = this.loaded.get(name);
    if (asset === undefined) {
      asset = this.load(name, type);
      this.loaded.set(name, asset);
      // A file that could not be read is tried again by the next request; this one hears of it below.
      asset.catch(() => this.loaded.delete(name));
    }
    return asset;
  }

  private async load(name: string, type: string): Promise<DocsAsset> {
    return toAsset(type, await readFile(join(this.folder, name)));
  }
}

function toAsset(type: string, content: Buffer): DocsAsset {
  return { type, content, etag: `"${createHash('sha256').update(content).digest('base64url')}"` };
}
