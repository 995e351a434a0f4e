import { describe, expect, it } from 'vitest';
import { explainListenError } from './explain-listen-error.js';
import { startTestApi } from './testing/start-test-api.js';

describe('a taken port', () => {
  it('is named, with the remedy', async () => {
    await using first = await startTestApi();
    const port = Number(new URL(first.url).port);
    const failure: unknown = await startTestApi({ environment: { PORT: String(port) } }).catch(
      (error: unknown) => error,
    );
    const explained = explainListenError(failure, { host: '127.0.0.1', port });
    expect(explained).toMatchObject({
      name: 'ConfigurationError',
      message: `Port ${port} on 127.0.0.1 is in use. Stop what is using it, or set PORT to another port.`,
    });
  });
});
