// Executors of a cluster for tests: every step is a job, and is looked at often.
import type { SlurmSettings } from '../../src/pipeline/slurm-settings.ts'
import { inlineExecutor } from '../../src/run/executors/inline.ts'
import type { Scheduler } from '../../src/run/executors/slurm/scheduler.ts'
import type { NodeStart } from '../../src/run/executors/slurm/script.ts'
import { ClusterExecutor } from '../../src/run/executors/slurm/slurm-executor.ts'
import type { Timing } from '../../src/run/executors/slurm/timing.ts'
import { ResourcePool } from '../../src/run/resource-pool.ts'

/** No step is short enough for the head, and no look is far away; more often, looks take most of the time. */
export const eager: SlurmSettings = { local_below: 0, poll: 0.5, memory: 500 }

/** What is waited for on a cluster is waited for less long. */
const hurried: Timing = { collect: 20, patience: 2_000, tellAfter: 200, backOff: 200, stop: 300 }

/** An executor on a scheduler. */
export function executorWith(
  scheduler: Scheduler,
  start: NodeStart | undefined,
  settings: SlurmSettings = {},
): ClusterExecutor {
  const here = { executor: inlineExecutor(), pool: new ResourcePool(1) }
  const all = { ...eager, ...settings }
  const own = start ? { start } : {}
  return new ClusterExecutor({ scheduler, settings: all, here, timing: hurried, ...own })
}
