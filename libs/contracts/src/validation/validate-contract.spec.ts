import { describe, expect, it } from 'vitest';
import { CreateBatchDto, ExpiresAfterDto } from '../openai/create-batch.dto.js';
import { CreateWebhookEndpointDto } from '../openai/webhook-endpoint.dto.js';
import { validateContract } from './validate-contract.js';

const valid = { input_file_id: 'file-1', endpoint: '/v1/embeddings', completion_window: '24h' };

function faultOf(plain: unknown) {
  const result = validateContract(CreateBatchDto, plain);
  if (result.valid) throw new Error('expected a fault');
  return result.fault;
}

describe('validateContract', () => {
  it('returns an instance of the contract that keeps unknown fields', () => {
    const result = validateContract(CreateBatchDto, { ...valid, something_new: [1] });
    if (!result.valid) throw new Error(result.fault.message);
    expect(result.value).toBeInstanceOf(CreateBatchDto);
    expect(result.value).toMatchObject({ ...valid, something_new: [1] });
  });

  it('takes null for absent where the field is optional', () => {
    expect(validateContract(CreateBatchDto, { ...valid, metadata: null, output_expires_after: null }).valid).toBe(true);
  });

  it('refuses what is no object', () => {
    for (const plain of [null, [], 'text', 7, undefined])
      expect(faultOf(plain)).toMatchObject({ reason: 'invalid_type', param: null });
  });

  it('names the first missing field', () => {
    expect(faultOf({})).toEqual({
      reason: 'missing_required_parameter',
      param: 'input_file_id',
      message: "Missing required parameter: 'input_file_id'.",
    });
  });

  it('names the expected and the given type', () => {
    expect(faultOf({ ...valid, input_file_id: 7 })).toEqual({
      reason: 'invalid_type',
      param: 'input_file_id',
      message: "Invalid type for 'input_file_id': expected a string, but got an integer instead.",
    });
  });

  it('names the entry of a list that is not supported', () => {
    const request = { name: 'a', url: 'https://a.example.com', event_types: ['batch.completed', 'batch.begun'] };
    const result = validateContract(CreateWebhookEndpointDto, request);
    expect(result).toMatchObject({ valid: false, fault: { reason: 'invalid_value', param: 'event_types[1]' } });
    expect(JSON.stringify(result)).toContain("Invalid value: 'batch.begun'. Supported values are: 'batch.completed',");
  });

  it('lists the supported values of a closed set', () => {
    expect(faultOf({ ...valid, endpoint: '/v1/images' })).toEqual({
      reason: 'invalid_value',
      param: 'endpoint',
      message:
        "Invalid value: '/v1/images'. Supported values are: '/v1/embeddings', '/v1/chat/completions', '/v1/completions', '/v1/rerank', and '/v1/audio/transcriptions'.",
    });
    expect(faultOf({ ...valid, output_expires_after: { anchor: 'now', seconds: 3600 } }).message).toBe(
      "Invalid value: 'now'. The only supported value is 'created_at'.",
    );
  });

  it('checks nested contracts and gives the dotted path', () => {
    expect(faultOf({ ...valid, output_expires_after: { anchor: 'created_at', seconds: 1 } })).toEqual({
      reason: 'integer_below_min_value',
      param: 'output_expires_after.seconds',
      message:
        "Invalid 'output_expires_after.seconds': integer below minimum value. Expected a value >= 3600, but got 1 instead.",
    });
    expect(faultOf({ ...valid, output_expires_after: 'soon' })).toMatchObject({
      reason: 'invalid_type',
      param: 'output_expires_after',
    });
    const result = validateContract(CreateBatchDto, {
      ...valid,
      output_expires_after: { anchor: 'created_at', seconds: 3600 },
    });
    expect(result.valid && result.value.output_expires_after).toBeInstanceOf(ExpiresAfterDto);
  });

  it('says which rule of metadata was broken', () => {
    const many = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, 'v']));
    expect(faultOf({ ...valid, metadata: many })).toMatchObject({
      reason: 'object_above_max_properties',
      param: 'metadata',
    });
    expect(faultOf({ ...valid, metadata: { k: 'x'.repeat(513) } })).toMatchObject({
      reason: 'string_above_max_length',
      param: 'metadata.k',
    });
    expect(faultOf({ ...valid, metadata: { k: 7 } })).toMatchObject({ reason: 'invalid_type', param: 'metadata.k' });
    expect(faultOf({ ...valid, metadata: [] })).toMatchObject({ reason: 'invalid_type', param: 'metadata' });
  });

  it('cannot be led astray by keys that name parts of the object itself', () => {
    const hostile: unknown = JSON.parse('{"__proto__":{"input_file_id":"x"},"constructor":{},"prototype":1}');
    expect(faultOf(hostile)).toMatchObject({ reason: 'missing_required_parameter', param: 'input_file_id' });
    expect(({} as { input_file_id?: string }).input_file_id).toBeUndefined();
  });
});
