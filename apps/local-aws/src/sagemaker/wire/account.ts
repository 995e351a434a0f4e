/** The account of AWS's own documentation. Real messages carry the caller's, and a gateway must not pass it on. */
export const accountId = '123456789012';

/** The one production variant of every endpoint, named as SageMaker and EMD name it. */
export const variantName = 'AllTraffic';
