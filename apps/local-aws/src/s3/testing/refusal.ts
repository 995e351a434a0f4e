import { S3ServiceException } from '@aws-sdk/client-s3';

/** How an S3 call was refused: the name that the SDK gave the error, and the status. Fails where it was not refused. */
export async function refusalOf(call: Promise<unknown>): Promise<{ name: string; status: number | undefined }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof S3ServiceException) return { name: error.name, status: error.$metadata.httpStatusCode };
    throw error;
  }
  throw new Error('The call was accepted.');
}
