import type { ObjectStore } from '../../object-store.port.js';

/** The store under test, and a prefix of the running test's own. */
interface Subject {
  readonly store: ObjectStore;
  readonly prefix: string;
}

/** Valid within a test. */
export type CurrentSubject = () => Subject;
