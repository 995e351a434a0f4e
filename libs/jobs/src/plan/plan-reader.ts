import { objectKeys, type JobPlan } from '#contracts';
import type { RecordStore } from '#storage';

const MAX_PLANS = 50;

/** Plans never change, so each is read once; the least recently used are let go. */
export class PlanReader {
  private readonly plans = new Map<string, JobPlan>();

  constructor(private readonly records: RecordStore) {}

  async read(tenant: string, jobId: string): Promise<JobPlan | undefined> {
    const known = this.plans.get(jobId);
    const plan = known ?? (await this.records.read<JobPlan>(objectKeys.plan(tenant, jobId)))?.value;
    if (plan === undefined) return undefined;
    this.plans.delete(jobId);
    this.plans.set(jobId, plan);
    if (this.plans.size > MAX_PLANS) this.plans.delete(this.plans.keys().next().value ?? '');
    return plan;
  }
}
