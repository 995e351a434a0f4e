import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseCatalog } from '#inference';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
}

async function readExamples(language: string): Promise<string[]> {
  const text = await readFile(new URL('../../../docs/aws.md', import.meta.url), 'utf8');
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, example = '']) => example,
  );
}

describe('the examples of docs/aws.md', () => {
  it('are catalogs that the parser takes', async () => {
    const examples = await readExamples('yaml');
    expect(examples.length).toBe(2);
    const entries = examples.flatMap((example) => parseCatalog(example, 'docs/aws.md', undefined, () => 'a-key'));
    expect(entries.map(({ target }) => target.kind)).toEqual(expect.arrayContaining(['sagemaker', 'http']));
  });

  it('are policies that allow calls and the own objects, and nothing of the kind of everything', async () => {
    const documents = (await readExamples('json')).map((example) => JSON.parse(example) as { Statement?: Statement[] });
    const allowed = documents
      .flatMap(({ Statement: statements = [] }) => statements)
      .filter(({ Effect: effect }) => effect === 'Allow')
      .flatMap(({ Action: actions }) => actions);
    expect(allowed).toEqual(expect.arrayContaining(['sagemaker:InvokeEndpoint', 's3:PutObject', 's3:ListBucket']));
    expect(allowed.filter((action) => action.includes('*'))).toEqual([]);
  });
});
