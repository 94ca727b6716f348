// The executor of a cluster passes the contract of executors, on a real Slurm.
import { afterAll, beforeAll, describe } from 'vitest'
import { slurmScheduler } from '../../../src/run/executors/slurm/slurm.ts'
import { executorWith, NodeBundle } from '../../support/cluster.ts'
import { describeExecutor } from '../../support/executor-contract.ts'
import { hasSlurm, Slurm } from '../../support/slurm.ts'

describe.skipIf(!hasSlurm)('on a real Slurm', () => {
  let slurm: Slurm
  let bundle: NodeBundle
  beforeAll(async () => {
    ;[slurm, bundle] = await Promise.all([Slurm.start(), NodeBundle.build()])
  })
  afterAll(async () => {
    await slurm.stop()
    bundle.remove()
  })

  describeExecutor(
    'slurm',
    () => executorWith(slurmScheduler(slurm.env), bundle.start),
    (rig) => (rig.origin = bundle.origin()),
  )
})
