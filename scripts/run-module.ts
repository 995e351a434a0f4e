/** Runs one part in this process, `run-module.ts <file> [arguments…]`, and stops it when the launcher is gone. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onOrphaned } from '#scripts/launcher/on-orphaned';

const [file, ...args] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: run-module.ts <file> [arguments…]');
const path = resolve(file);
// The part finds the arguments where it would find them if it had been started directly.
process.argv.splice(1, process.argv.length - 1, path, ...args);
onOrphaned(() => process.kill(process.pid, 'SIGTERM'));
await import(pathToFileURL(path).href);
