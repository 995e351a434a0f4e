/**
 * `npm run example:transcribe -- <recording>`: a recording of any length as text, with a progress bar; the transcript and
 * an .srt with subtitles stand beside the recording when it is done.
 */
import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, parse, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import OpenAI from 'openai';
import { findSluice, type Sluice } from '#scripts/example/find-sluice';
import { followJob } from '#scripts/example/follow-job';
import { listModels } from '#scripts/launcher/list-models';

const USAGE = 'usage: npm run example:transcribe -- <recording>   (make one: npm run tone-speech -- talk.wav)';
const SHOWN_LENGTH = 400;

const root = dirname(dirname(fileURLToPath(import.meta.url)));

async function transcribe(sluice: Sluice, file: string): Promise<void> {
  const client = new OpenAI({ baseURL: sluice.baseUrl, apiKey: sluice.apiKey });
  const model = await chooseModel(sluice);
  const { size } = await stat(file);
  console.log(`${basename(file)}, ${(size / 1e6).toFixed(1)} MB, heard by ${model}:`);
  const upload = await client.files.create({ file: createReadStream(file), purpose: 'user_data' });
  const job = await followJob(sluice, { type: 'transcription', model, input_file_id: upload.id });
  if (job.status !== 'completed') {
    throw new Error(`The job ${job.id} is ${job.status}: ${job.errors?.data[0]?.message ?? 'no reason was given'}`);
  }
  const { dir, name } = parse(file);
  const written = await Promise.all(
    (['text', 'srt'] as const).map(async (format) => {
      const path = join(dir, `${name}.${format === 'text' ? 'txt' : 'srt'}`);
      const response = await client
        .get(`/jobs/${job.id}/transcript`, { query: { response_format: format } })
        .asResponse();
      const content = await response.text();
      await writeFile(path, content);
      return { path, content };
    }),
  );
  const [text] = written;
  console.log(`\n${shorten(text?.content ?? '')}\n`);
  for (const { path } of written) console.log(`→ ${path}`);
  if (job.progress.failed > 0) console.log(`! ${job.progress.failed} s of it could not be heard: ${job.error_file_id}`);
}

async function chooseModel(sluice: Sluice): Promise<string> {
  const models = await listModels(sluice.baseUrl, sluice.apiKey);
  const model = models.find(({ type }) => type === 'transcription');
  if (model === undefined)
    throw new Error(`${sluice.baseUrl} offers no transcription model, which this example needs.`);
  return model.id;
}

function shorten(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length > SHOWN_LENGTH ? `${line.slice(0, SHOWN_LENGTH)}…` : line;
}

try {
  const [name] = process.argv.slice(2);
  if (name === undefined) throw new Error(USAGE);
  const file = resolve(process.env['INIT_CWD'] ?? process.cwd(), name);
  await transcribe(await findSluice(process.env, root), file);
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
