import { describe, expect, it } from 'vitest';
import { newTimeOrderedId } from '#platform';
import { createTestBulk, TENANT } from '../testing/create-test-bulk.js';
import { driveToEnd } from '../testing/drive-bulk.js';
import { PlainDecoder } from '../testing/plain-decoder.js';
import { newRecord } from '../records/new-record.js';
import { checkS3Input, parseS3InputRules } from './s3-inputs.js';

const OWN = 'sluice';

describe('What an operator lets be read', () => {
  it('is buckets, and prefixes in them', () => {
    expect(parseS3InputRules(' recordings, archive/calls/{tenant}/ ,', OWN)).toEqual([
      { bucket: 'recordings', prefix: '' },
      { bucket: 'archive', prefix: 'calls/{tenant}/' },
    ]);
    expect(parseS3InputRules('', OWN)).toEqual([]);
  });

  it.each([
    ['sluice', 'where the objects of all tenants lie'],
    ['sluice/t/{tenant}/', 'where the objects of all tenants lie'],
    ['Recordings', 'which no bucket is called'],
    ['s3://recordings', 'which no bucket is called'],
    ['archive/{user}/', 'only {tenant} may stand in braces'],
    ['archive/{tenant}', 'write a / behind {tenant}'],
    ['archive/in/{tenant}-audio', 'write a / behind {tenant}'],
  ])('cannot be %s', (text, message) => {
    expect(() => parseS3InputRules(text, OWN)).toThrow(message);
  });
});

describe('A recording in a bucket', () => {
  const rules = parseS3InputRules('recordings,archive/{tenant}/', OWN);
  const refusal = (location: string, tenant = TENANT): string | undefined => {
    try {
      checkS3Input(rules, tenant, location);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };

  it.each(['s3://recordings/a.mp3', 's3://recordings/a/b c/ü.wav', 's3://archive/acme/a.mp3', 's3://recordings/..a/b'])(
    'may be %s',
    (location) => {
      expect(refusal(location)).toBeUndefined();
    },
  );

  it.each([
    's3://others/a.mp3',
    's3://sluice/t/other/files/x/content',
    's3://archive/other/a.mp3',
    's3://archive/acme',
    's3://archive/acmeother/a.mp3',
    's3://archive/acme/../other/a.mp3',
    's3://recordings/./a.mp3',
    's3://recordings2/a.mp3',
  ])('may not be %s', (location) => {
    expect(refusal(location)).toContain('this object may not be read');
  });

  it.each([
    'recordings/a.mp3',
    'https://recordings/a.mp3',
    's3://recordings',
    's3://recordings/',
    `s3://recordings/${'a'.repeat(1200)}`,
  ])('is not %s', (location) => {
    expect(refusal(location)).toContain('expected the location of an object');
  });

  it('is refused with the name of the setting where no bucket is allowed', () => {
    expect(() => checkS3Input([], TENANT, 's3://recordings/a.mp3')).toThrow('SLUICE_S3_INPUT_BUCKETS');
  });
});

describe('A job over a recording in a bucket', () => {
  const REQUEST = { type: 'transcription', model: 'model/dev', response_format: 'text' } as const;
  const CALLER = { tenant: TENANT, keyId: 'key-1' };
  const LOCATION = `s3://memory/calls/${TENANT}/a.wav`;

  function createBulk() {
    const bulk = createTestBulk({ decoder: new PlainDecoder() });
    bulk.models.script = () => ({ body: Buffer.from('{"text":"heard"}'), usage: undefined });
    const sound = Buffer.alloc(64_000);
    for (let at = 0; at < sound.length; at += 4) sound.writeInt16LE(9000, at);
    bulk.exchange.objects.set(LOCATION, sound);
    return bulk;
  }

  it('transcribes it and says where it is', async () => {
    const bulk = createBulk();
    const job = await bulk.jobsFace.create(CALLER, { ...REQUEST, input_s3: LOCATION });
    const record = await driveToEnd(bulk, job.id);

    expect(job).toMatchObject({ input_file_id: null, input_s3: LOCATION });
    expect(record).toMatchObject({ status: 'completed', audioSeconds: 2, counts: { completed: 1 } });
  });

  it.each([
    [{ input_s3: 's3://memory/calls/other/a.wav' }, 'may not be read'],
    [{ input_s3: LOCATION, input_file_id: 'file-000000000000000000000' }, 'not both'],
  ])('is not made of %j', async (change, message) => {
    const bulk = createBulk();

    await expect(bulk.jobsFace.create(CALLER, { ...REQUEST, ...change })).rejects.toMatchObject({
      reason: 'invalid_value',
      param: 'input_s3',
      message: expect.stringContaining(message) as string,
    });
  });

  it('fails where there is none, also where it may not be read any more', async () => {
    const bulk = createBulk();
    const missing = await bulk.jobsFace.create(CALLER, { ...REQUEST, input_s3: `${LOCATION}.gone` });
    const seed = {
      id: newTimeOrderedId('job_', bulk.clock.nowMs),
      kind: 'transcription',
      endpoint: '/v1/audio/transcriptions',
      inputFileId: '',
      inputLocation: 's3://memory/calls/other/a.wav',
      completionWindow: '24h',
      metadata: null,
      outputExpiresAfterSeconds: null,
      transcription: {
        model: 'model/dev',
        format: 'text',
        granularities: [],
        language: null,
        prompt: null,
        temperature: null,
      },
      ...CALLER,
    } as const;
    bulk.exchange.objects.set(seed.inputLocation, Buffer.alloc(64_000));
    await bulk.commands.accept(newRecord(seed, bulk.clock.nowMs), []);

    for (const id of [missing.id, seed.id]) {
      expect(await driveToEnd(bulk, id)).toMatchObject({
        status: 'failed',
        errors: [{ code: 'file_not_found', param: 'input_s3' }],
      });
    }
  });
});
