export { MemoryObjectExchange } from './memory-object-exchange.js';
export { MemoryObjectLinks } from './memory-object-links.js';
export { MemoryObjectStore } from './memory-object-store.js';
