export { readStorageConfig, type StorageConfig } from './config/read-storage-config.js';
export { ObjectExchange, type ExchangeOptions } from './object-exchange.port.js';
export {
  ObjectStore,
  type ByteRange,
  type ComposePart,
  type ListPage,
  type ObjectStream,
  type ObjectSummary,
  type ReadIntoOptions,
  type ReadOptions,
  type StoredObject,
  type WriteCondition,
  type WriteOptions,
} from './object-store.port.js';
export { probeConditionalWrites, type ProbeOptions, type ProbeResult } from './probe/probe-conditional-writes.js';
export type { Versioned } from './records/record-envelope.js';
export { RecordStore, type RecordOptions, type UpdateOptions } from './records/record-store.js';
export { ObjectLinks, type ObjectLink } from './object-links.port.js';
export { S3ObjectLinks } from './s3/s3-object-links.js';
export { S3ObjectStore, type S3ObjectStoreOptions } from './s3/s3-object-store.js';
export { S3ObjectExchange } from './s3/s3-object-exchange.js';
