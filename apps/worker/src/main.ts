import './require-node.js';

// Loaded only now: what it imports does not even link on a Node that is too old.
const { startProcess } = await import('./start-process.js');
await startProcess(process.env);
