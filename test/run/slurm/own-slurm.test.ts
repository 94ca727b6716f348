// The tests' own Slurm: what the tests of the executor stand on.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasSlurm, Slurm, until } from '../../support/slurm.ts'

describe.skipIf(!hasSlurm)('the Slurm of the tests', () => {
  let slurm: Slurm
  let folder: string
  beforeAll(async () => {
    slurm = await Slurm.start()
    folder = mkdtempSync(join(tmpdir(), 'romi-prologue-'))
  })
  afterAll(async () => {
    await slurm.stop()
    rmSync(folder, { recursive: true })
    expect(existsSync(slurm.folder)).toBe(false)
  })

  test('runs an array on its nodes, and tells the end of each job', async () => {
    const out = join(folder, '%a.log')
    const wrap = 'echo $SLURM_ARRAY_TASK_ID'
    await slurm.call('sbatch', '--array=0-5', '-J', 'many', '-o', out, `--wrap=${wrap}`)
    await until(async () => (await slurm.jobs('many')).every((job) => job.startsWith('COMPLETED')))
    const texts = [0, 1, 2, 3, 4, 5].map((i) => readFileSync(join(folder, `${i}.log`), 'utf8'))
    expect(texts).toEqual(['0\n', '1\n', '2\n', '3\n', '4\n', '5\n'])
  })
})
