import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '#platform';
import { refusalOf } from '../testing/refusal-of.js';
import { Catalog } from './catalog.js';
import { checkModelType } from './check-model-type.js';
import { loadCatalog } from './load-catalog.js';
import type { ModelEntry, ModelType } from './model-entry.types.js';
import { parseCatalog } from './parse-catalog.js';

function entry(id: string, type: ModelType = 'chat', aliases: readonly string[] = []): ModelEntry {
  const text = JSON.stringify({
    models: [
      { id, type, aliases, target: { kind: 'sagemaker', endpoint: 'e' }, transports: ['invoke'], adapter: 'openai' },
    ],
  });
  const [parsed] = parseCatalog(text, 'test');
  if (parsed === undefined) throw new Error('no entry');
  return parsed;
}

describe('Catalog', () => {
  const plain = entry('name');
  const dev = entry('name/dev');
  const other = entry('other/dev', 'embedding', ['ada', 'other/prod']);

  it('finds the exact name, then the name with /dev, then an alias', () => {
    const catalog = new Catalog([dev, plain, other], 1);

    expect(catalog.resolve('name')).toBe(plain);
    expect(catalog.resolve('name/dev')).toBe(dev);
    expect(catalog.resolve('other')).toBe(other);
    expect(catalog.resolve('ada')).toBe(other);
    expect(catalog.resolve('other/prod')).toBe(other);
    expect(catalog.find('name/prod')).toBeUndefined();
  });

  it('answers an unknown model in the words of OpenAI', () => {
    const error = refusalOf(() => new Catalog([dev], 1).resolve('gpt-9'));

    expect(error).toMatchObject({
      status: 404,
      code: 'model_not_found',
      type: 'invalid_request_error',
      param: 'model',
      message: 'The model `gpt-9` does not exist or you do not have access to it.',
    });
  });

  it('lists the models in the order of the file', () => {
    expect(new Catalog([other, dev], 1).list()).toEqual([other, dev]);
  });

  it('refuses two models that answer to one name', () => {
    expect(() => new Catalog([dev, entry('name/dev')], 1)).toThrow(ConfigurationError);
    expect(() => new Catalog([dev, entry('x/dev', 'chat', ['name'])], 1)).toThrow("already names 'name/dev'");
    expect(() => new Catalog([entry('x', 'chat', ['a']), entry('y', 'chat', ['a'])], 1)).toThrow(ConfigurationError);
  });

  it('says which file is missing', async () => {
    await expect(loadCatalog('/nowhere/models.yaml')).rejects.toThrow(
      '/nowhere/models.yaml: the model catalog cannot be read (ENOENT). Set SLUICE_CATALOG to its path.',
    );
  });
});

describe('checkModelType', () => {
  it.each([
    ['chat', 'chat'],
    ['vision', 'chat'],
    ['embedding', 'embeddings'],
    ['rerank', 'rerank'],
  ] as const)('lets a %s model answer %s', (type, operation) => {
    expect(() => checkModelType(entry('m/dev', type), operation)).not.toThrow();
  });

  it('names the route for a model of another type', () => {
    const error = refusalOf(() => checkModelType(entry('bge-m3/dev', 'embedding'), 'chat'));

    expect(error).toMatchObject({ status: 400, code: 'unsupported_model', param: 'model' });
    expect(error.message).toContain('does not support chat completions');
    expect(error.message).toContain('POST /v1/embeddings');
  });
});
