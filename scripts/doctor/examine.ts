import { checkClock } from '#scripts/doctor/check-clock';
import { checkConfiguration, type ConfigurationReader } from '#scripts/doctor/check-configuration';
import { checkIdentity } from '#scripts/doctor/check-identity';
import { checkModels, type ModelCheckup } from '#scripts/doctor/check-models';
import { checkNode } from '#scripts/doctor/check-node';
import { checkPorts } from '#scripts/doctor/check-ports';
import { checkRedis } from '#scripts/doctor/check-redis';
import { checkStore } from '#scripts/doctor/check-store';
import { checkTls } from '#scripts/doctor/check-tls';
import type { Finding } from '#scripts/doctor/finding';

export interface Examination extends ModelCheckup {
  readonly readers: readonly ConfigurationReader[];
}

/** Everything that is looked at, in the order in which it is best put right. */
export async function examine(examination: Examination): Promise<readonly Finding[]> {
  const { readers, environment } = examination;
  const found = await Promise.all([
    checkIdentity(examination),
    checkClock(examination),
    checkModels(examination),
    checkStore(examination),
    checkRedis(examination),
    checkPorts(examination),
    checkTls(examination),
  ]);
  return [...checkNode(process.versions.node), ...checkConfiguration(readers, environment), ...found.flat()];
}
