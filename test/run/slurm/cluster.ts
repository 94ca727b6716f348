// A simulated cluster for tests of what becomes of jobs: each comes to what a test says.
import type { SlurmSettings } from '../../../src/pipeline/slurm-settings.ts'
import { ResourcePool } from '../../../src/run/resource-pool.ts'
import { executorWith } from '../../support/cluster.ts'
import { origin, Rig, type Ran } from '../../support/rig.ts'
import { SimulatedScheduler, type Script } from '../../support/simulated-scheduler.ts'
import { tasks } from './tasks.ts'

/** A rig, and a cluster whose jobs come to what the scripts say, in order; after the last they run. */
export async function cluster(...scripts: readonly Script[]) {
  const rig = await Rig.make()
  rig.tasks = tasks
  rig.origin = { ...origin, builtin: new URL('./tasks.ts', import.meta.url).href }
  const scheduler = new SimulatedScheduler(rig.path, (_, nth) => scripts[nth - 1] ?? { is: 'run' })
  const start = (
    toml: string,
    options: Parameters<Rig['run']>[1] & { readonly settings?: SlurmSettings } = {},
  ): Promise<Ran> => {
    const executor = executorWith(scheduler, undefined, { poll: 0.05, ...options.settings })
    return rig.run(toml, { pool: ResourcePool.ofJobs(20, 4), ...options, executor })
  }
  return { rig, scheduler, start }
}
