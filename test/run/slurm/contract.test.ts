// The tests' own Slurm, and the contract of executors on it.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { slurmScheduler } from '../../../src/run/executors/slurm/slurm.ts'
import { executorWith } from '../../support/cluster.ts'
import { NodeBundle } from '../../support/node-bundle.ts'
import { describeExecutor } from '../../support/executor-contract.ts'
import { hasSlurm, Slurm } from '../../support/slurm.ts'
import { until } from '../../support/until.ts'

describe.skipIf(!hasSlurm)('on a real Slurm', () => {
  let slurm: Slurm
  let bundle: NodeBundle
  let folder: string
  beforeAll(async () => {
    ;[slurm, bundle] = await Promise.all([Slurm.start(), NodeBundle.build()])
    folder = mkdtempSync(join(tmpdir(), 'romi-logs-'))
  })
  afterAll(async () => {
    await slurm.stop()
    bundle.remove()
    rmSync(folder, { recursive: true })
    expect(existsSync(slurm.folder)).toBe(false)
  })

  test('an array runs on its nodes, and the end of each job is told', async () => {
    const out = join(folder, '%a.log')
    const wrap = 'echo $SLURM_ARRAY_TASK_ID'
    await slurm.call('sbatch', '--array=0-5', '-J', 'many', '-o', out, `--wrap=${wrap}`)
    const areDone = async () =>
      (await slurm.jobs('many')).every((job) => job.startsWith('COMPLETED'))
    await until(areDone, 200)
    const texts = [0, 1, 2, 3, 4, 5].map((i) => readFileSync(join(folder, `${i}.log`), 'utf8'))
    expect(texts).toEqual(['0\n', '1\n', '2\n', '3\n', '4\n', '5\n'])
  })

  describeExecutor(
    'slurm',
    () => executorWith(slurmScheduler(slurm.env), bundle.start),
    (rig) => (rig.origin = bundle.origin()),
  )
})
