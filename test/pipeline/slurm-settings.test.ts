// The tables [romi.slurm] and [Task.romi.slurm]: what is read, and what is told of what is wrong.
import { expect, test } from 'vitest'
import { parsePipeline } from '../../src/pipeline/parse.ts'
import { libraryOf } from '../../src/task/library.ts'
import { tasks } from '../support/tasks.ts'

const parsed = (toml: string) => parsePipeline(toml, 'pipeline.toml', libraryOf(tasks))

/** The mistakes of a file, with the line of each. */
const mistakes = (toml: string) => {
  const result = parsed(toml)
  return result.is === 'wrong'
    ? result.diagnostics.map(({ code, key, place }) => [code, key, place?.line])
    : []
}

test('both tables are read, and change no key', () => {
  const own = '[Upper.romi.slurm]\ngres = "gpu:1"\nextra = ["--reservation=lab"]\n'
  const result = parsed(`[romi.slurm]\npartition = "cpu"\npoll = 2\n[Upper]\n${own}`)
  if (result.is === 'wrong') throw new Error(JSON.stringify(result.diagnostics))
  expect(result.pipeline.settings.slurm).toEqual({ partition: 'cpu', poll: 2 })
  const step = result.pipeline.steps.get('Upper')
  expect(step?.slurm).toEqual({ gres: 'gpu:1', extra: ['--reservation=lab'] })
  const plain = parsed('[Upper]\n')
  if (plain.is === 'wrong') throw new Error(JSON.stringify(plain.diagnostics))
  expect(step?.identity).toEqual(plain.pipeline.steps.get('Upper')?.identity)
})

test('what is misspelt, out of range or romi-run’s own is told with its line', () => {
  const toml = `[romi.slurm]
partitions = "cpu"
poll = 0
account = "--wrap=rm"
[Upper]
[Upper.romi.slurm]
max_jobs = 3
extra = ["--array=0-9"]
`
  expect(mistakes(toml)).toEqual([
    ['pipeline/unknown-key', 'romi.slurm.partitions', 2],
    ['pipeline/wrong-value', 'romi.slurm.poll', 3],
    ['pipeline/wrong-value', 'romi.slurm.account', 4],
    ['pipeline/unknown-key', 'Upper.romi.slurm.max_jobs', 7],
    ['pipeline/wrong-value', 'Upper.romi.slurm.extra.0', 8],
  ])
})
