/** What a newcomer needs to make the first call. */
export interface Summary {
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly models: readonly { readonly id: string; readonly type?: string }[];
}

/** Base URL, key, models, and two snippets that run as they are printed. */
export function renderSummary({ baseUrl, apiKey, models }: Summary): string {
  const chat = models.find((model) => model.type === 'chat') ?? models[0];
  const width = Math.max(0, ...models.map((model) => model.id.length));
  const list = models.map((model) => `             ${model.id.padEnd(width)}  ${model.type ?? ''}`.trimEnd());
  const lines = ['', `  Base URL   ${baseUrl}`, `  API key    ${apiKey}`, '  Models', ...list, ''];
  if (chat !== undefined) lines.push(renderCurl(baseUrl, apiKey, chat.id), renderSdk(baseUrl, apiKey, chat.id));
  lines.push(
    'Question and answer over files, in a second terminal:  npm run example',
    'Stop everything with Ctrl-C.',
    '',
  );
  return lines.join('\n');
}

function renderCurl(baseUrl: string, apiKey: string, model: string): string {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Reply with exactly: it works' }] });
  return `With curl:

curl ${baseUrl}/chat/completions \\
  -H 'Authorization: Bearer ${apiKey}' \\
  -H 'Content-Type: application/json' \\
  -d '${body}'
`;
}

/** `npx node` is the Node that the project brings; the SDK needs a newer one than the machine may have. */
function renderSdk(baseUrl: string, apiKey: string, model: string): string {
  return `With the OpenAI SDK, in this folder:

npx node --input-type=module <<'END'
import OpenAI from 'openai';
const client = new OpenAI({ baseURL: '${baseUrl}', apiKey: '${apiKey}' });
const stream = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Reply with exactly: it streams' }],
  stream: true,
});
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta?.content ?? '');
console.log();
END
`;
}
