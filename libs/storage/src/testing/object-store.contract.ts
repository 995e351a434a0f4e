import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { newId } from '#platform';
import type { ObjectStore } from '../object-store.port.js';
import { describeReads } from './contract/describe-reads.js';
import { describeStreams } from './contract/describe-streams.js';
import { describeWrites } from './contract/describe-writes.js';

export interface OpenedStore {
  readonly store: ObjectStore;
  close(): Promise<void>;
}

/** What every implementation of the port must do; each test works under a prefix of its own. */
export function describeObjectStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(name, () => {
    let opened: OpenedStore | undefined;
    let prefix = '';
    const current = (): { store: ObjectStore; prefix: string } => {
      if (opened === undefined) throw new Error('The store is not open.');
      return { store: opened.store, prefix };
    };
    beforeAll(async () => {
      opened = await open();
    });
    beforeEach(() => {
      prefix = `${newId('contract/')}/`;
    });
    afterAll(async () => {
      await opened?.close();
    });
    describeWrites(current);
    describeReads(current);
    describeStreams(current);
  });
}
