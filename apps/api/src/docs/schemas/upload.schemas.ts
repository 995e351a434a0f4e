import { UPLOAD_PURPOSES } from '#contracts';
import type { SchemaObject } from '../openapi.types.js';
import { arrayOf, integer, objectOf, oneOfTexts, reference, text } from './schema-builders.js';

const upload: SchemaObject = objectOf({
  id: text('What parts are sent to.'),
  object: { type: 'string', const: 'upload' },
  bytes: integer('Size of the whole file.'),
  created_at: integer('Unix seconds.'),
  expires_at: integer('Unix seconds; an hour later.'),
  filename: text('Of the file.'),
  purpose: text('Of the file.'),
  status: oneOfTexts(['pending', 'completed', 'cancelled', 'expired'], 'How far it is.'),
  file: { oneOf: [reference('File'), { type: 'null' }] },
});

/** Files that come in parts. */
export const UPLOAD_SCHEMAS = {
  UploadRequest: objectOf(
    {
      bytes: { ...integer('Size of the whole file.'), minimum: 1 },
      filename: text('Of the file.'),
      mime_type: text('Of the file.'),
      purpose: oneOfTexts(UPLOAD_PURPOSES, 'What the file is for.'),
      expires_after: objectOf(
        {
          anchor: { type: 'string', const: 'created_at' },
          seconds: { ...integer('Seconds from completion.'), minimum: 3600, maximum: 2_592_000 },
        },
        ['anchor', 'seconds'],
      ),
    },
    ['bytes', 'filename', 'mime_type', 'purpose'],
  ),
  UploadPartRequest: objectOf(
    { data: { type: 'string', contentMediaType: 'application/octet-stream', description: 'Up to 64 MiB.' } },
    ['data'],
  ),
  UploadPart: objectOf({
    id: text('What completing names.'),
    object: { type: 'string', const: 'upload.part' },
    created_at: integer('Unix seconds.'),
    upload_id: text('Of the upload.'),
  }),
  UploadCompletion: objectOf(
    {
      part_ids: arrayOf({ type: 'string' }, 'In the order in which they make the file.'),
      md5: text('Of the whole file, in hexadecimal digits; checked where it is sent.'),
    },
    ['part_ids'],
  ),
  Upload: upload,
  UploadPartLinkRequest: objectOf({ bytes: { ...integer('Size of the part, 5 GiB at most.'), minimum: 1 } }, ['bytes']),
  UploadPartLink: objectOf({
    id: text('Of the part; what completing names.'),
    object: { type: 'string', const: 'upload.part_link' },
    upload_id: text('Of the upload.'),
    method: { type: 'string', const: 'PUT' },
    url: text('A secret: whoever has it can send the part.'),
    headers: { type: 'object', additionalProperties: { type: 'string' }, description: 'To be sent as they are.' },
    expires_at: integer('Unix seconds.'),
  }),
  FileContentLink: objectOf({
    object: { type: 'string', const: 'file.content_link' },
    file_id: text('Of the file.'),
    method: { type: 'string', const: 'GET' },
    url: text('A secret: whoever has it can read the file.'),
    expires_at: integer('Unix seconds.'),
  }),
} as const;
