import { ObjectLinks, type ObjectLink } from '../object-links.port.js';

/** Links that say what they are for and lead nowhere. */
export class MemoryObjectLinks extends ObjectLinks {
  override forUpload(key: string, { bytes, life }: { bytes: number; life: number }): Promise<ObjectLink> {
    const headers = { 'content-length': String(bytes), 'if-none-match': '*' };
    return Promise.resolve({ url: `memory://${key}?life=${life}`, headers });
  }

  override forDownload(key: string, { disposition, life }: { disposition: string; life: number }): Promise<ObjectLink> {
    return Promise.resolve({ url: `memory://${key}?life=${life}&as=${encodeURIComponent(disposition)}`, headers: {} });
  }
}
