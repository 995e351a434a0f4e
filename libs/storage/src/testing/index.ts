export { MemoryObjectStore } from './memory-object-store.js';
