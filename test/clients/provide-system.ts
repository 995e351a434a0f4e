import type { TestProject } from 'vitest/node';
import { startSystem } from '../setup/processes.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Without `/v1`. */
    systemUrl: string;
    systemKey: string;
  }
}

/** One system for all clients. @returns stops it */
export default async function provideSystem(project: TestProject): Promise<() => Promise<void>> {
  const system = await startSystem();
  project.provide('systemUrl', system.baseUrl);
  project.provide('systemKey', system.apiKey);
  return async () => await system.stop();
}
