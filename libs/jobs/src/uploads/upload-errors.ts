import type { UploadRecord } from '#contracts';
import { GatewayError } from '#platform';

export function noSuchUpload(uploadId: string): GatewayError {
  return new GatewayError('not_found', `No such Upload object: ${uploadId.slice(0, 100)}`, { param: 'upload_id' });
}

/** Why an upload takes no parts, and cannot be completed or cancelled. */
export function uploadEnded(record: UploadRecord, isOver: boolean): GatewayError {
  const how = isOver
    ? 'it has expired. Create another one'
    : record.status === 'pending'
      ? 'it is being completed. Send the same request to complete it again to learn how that went'
      : `it is ${record.status}`;
  return new GatewayError('invalid_request', `The upload ${record.id} cannot be changed: ${how}.`, {
    param: 'upload_id',
  });
}

export function completedOtherwise({ id }: UploadRecord): GatewayError {
  return new GatewayError('invalid_request', `The upload ${id} has been completed with other parts.`, {
    param: 'part_ids',
  });
}
