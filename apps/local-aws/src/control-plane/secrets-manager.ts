import { accountId } from '../sagemaker/wire/account.js';
import { AwsError } from '../sagemaker/wire/aws-error.js';
import type { Operations } from './control-plane-operation.js';

/** GetSecretValue; gives the members of its answer. */
export const secretsManagerOperations: Operations<object> = {
  GetSecretValue: (input, { state, region }) => {
    const name = input['SecretId'];
    const value = typeof name === 'string' ? state.secrets.get(name) : undefined;
    if (value === undefined) {
      throw new AwsError('ResourceNotFoundException', 400, "Secrets Manager can't find the specified secret.");
    }
    return {
      ARN: `arn:aws:secretsmanager:${region}:${accountId}:secret:${String(name)}-AbCdEf`,
      Name: name,
      SecretString: value,
      VersionStages: ['AWSCURRENT'],
    };
  },
};
