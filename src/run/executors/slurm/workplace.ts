// A Slurm cluster as the place where a run's jobs are done.
import type { SlurmSettings } from '../../../pipeline/slurm-settings.ts'
import type { Workplace } from '../../executor.ts'
import { ResourcePool } from '../../resource-pool.ts'
import { threadsExecutor } from '../threads.ts'
import { preset } from './asks.ts'
import { ClusterExecutor } from './slurm-executor.ts'
import { slurmScheduler } from './slurm.ts'

/**
 * @param pool of this machine, on which steps are done that are too short to be jobs
 * @param env in which the programs of Slurm find their cluster
 */
export function slurmWorkplace(
  settings: SlurmSettings,
  pool: ResourcePool,
  env: Readonly<Record<string, string | undefined>>,
): Workplace {
  const scheduler = slurmScheduler(env)
  const here = { executor: threadsExecutor(pool.threads), pool }
  const { max_jobs = preset.max_jobs, cpus_per_node = preset.cpus_per_node } = settings
  return {
    executor: new ClusterExecutor({ scheduler, settings, here }),
    pool: ResourcePool.ofJobs(max_jobs, cpus_per_node),
  }
}
