// Lets Node run the TypeScript sources as they are: node --import ./run-sources.mjs main.ts
import { registerHooks } from 'node:module';

// The sources import each other by the names they have after compilation.
registerHooks({
  resolve(specifier, context, nextResolve) {
    const isOurs = specifier.startsWith('.') && context.parentURL?.endsWith('.ts') === true;
    return nextResolve(isOurs ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
