/**
 * `npm run example -- <files…> "<question>"`: answers a question from text files and uses every part of the system on the
 * way: passages embedded as one batch, the question embedded, the nearest passages reranked, the answer streamed.
 */
import { readFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import OpenAI from 'openai';
import { embedAsBatch } from '#scripts/example/embed-as-batch';
import { findSluice, type Sluice } from '#scripts/example/find-sluice';
import { nearest } from '#scripts/example/nearest';
import { readArguments } from '#scripts/example/read-arguments';
import { rerank } from '#scripts/example/rerank';
import { splitPassages, type Passage } from '#scripts/example/split-passages';
import { listModels } from '#scripts/launcher/list-models';

const NEAREST = 12;
const SHOWN = 4;
const SHOWN_LENGTH = 160;

const root = dirname(dirname(fileURLToPath(import.meta.url)));

async function answer(sluice: Sluice, files: readonly string[], question: string): Promise<void> {
  const client = new OpenAI({ baseURL: sluice.baseUrl, apiKey: sluice.apiKey });
  const models = await chooseModels(sluice);
  const passages = await readPassages(files);
  console.log(`${passages.length} passages of ${files.length} files, embedded by ${models.embedding} as one batch:`);
  const vectors = await embedAsBatch(
    client,
    models.embedding,
    passages.map(({ text }) => text),
  );

  const { data } = await client.embeddings.create({ model: models.embedding, input: question });
  const near = nearest(data[0]?.embedding ?? [], vectors, NEAREST).flatMap((index) => passages[index] ?? []);
  const documents = near.map(({ text }) => text);
  const ranked = await rerank(sluice, { model: models.rerank, query: question, documents, top_n: SHOWN });
  const best = ranked.flatMap(({ index, relevance_score: score }) => ({ score, ...(near[index] as Passage) }));

  console.log(`\nThe nearest ${near.length}, reranked by ${models.rerank}:`);
  for (const { score, file, text } of best) console.log(`  ${score.toFixed(3)}  ${file}  ${shorten(text)}`);
  console.log(`\n${question}\n`);
  const context = best.map(({ file, text }) => `[${file}]\n${text}`).join('\n\n');
  const stream = await client.chat.completions.create({
    model: models.chat,
    messages: [
      { role: 'system', content: 'Answer from the passages alone. Say so if they do not tell.' },
      { role: 'user', content: `Passages:\n\n${context}\n\nQuestion: ${question}` },
    ],
    stream: true,
  });
  for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '');
  console.log(`\n\n(${models.chat})`);
}

async function chooseModels(sluice: Sluice): Promise<{ chat: string; embedding: string; rerank: string }> {
  const models = await listModels(sluice.baseUrl, sluice.apiKey);
  const first = (type: string): string => {
    const model = models.find((candidate) => candidate.type === type);
    if (model === undefined) throw new Error(`${sluice.baseUrl} offers no ${type} model, which this example needs.`);
    return model.id;
  };
  return { chat: first('chat'), embedding: first('embedding'), rerank: first('rerank') };
}

async function readPassages(files: readonly string[]): Promise<Passage[]> {
  const passages = await Promise.all(
    files.map(async (file) => splitPassages(nameOf(file), await readFile(file, 'utf8'))),
  );
  if (passages.flat().length === 0) throw new Error('There is no text in these files.');
  return passages.flat();
}

function nameOf(file: string): string {
  const name = relative(root, file);
  return name.startsWith('..') ? file : name;
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > SHOWN_LENGTH ? `${line.slice(0, SHOWN_LENGTH)}…` : line;
}

try {
  const { files, question } = readArguments(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd(), root);
  await answer(await findSluice(process.env, root), files, question);
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
