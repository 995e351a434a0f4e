export { MemoryObjectExchange } from './memory-object-exchange.js';
export { MemoryObjectStore } from './memory-object-store.js';
