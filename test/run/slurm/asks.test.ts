// What a job asks of a cluster: by its limits, its step's own table and that of all steps.
import { expect, test } from 'vitest'
import type { SlurmSettings } from '../../../src/pipeline/slurm-settings.ts'
import { asksOf, filesAJob, preset, resourcesOf } from '../../../src/run/executors/slurm/asks.ts'
import type { Job } from '../../../src/run/job.ts'

type Asking = Pick<Job, 'limits' | 'threads' | 'slurm'>
const plain: Asking = { limits: {}, threads: 3 }
const resources = (of: Asking, all: SlurmSettings = {}, tries = 0, exclude: string[] = []) =>
  resourcesOf(of, all, tries, exclude)

test('a job of which nothing is said asks for its threads and a memory that fits most', () => {
  expect(resources(plain)).toStrictEqual({ cpus: 3, memory: 2000, exclude: [], extra: [] })
})

test('a job asks for all that is set for all steps, but as its own step sets it where it does', () => {
  const all: SlurmSettings = {
    partition: 'p',
    account: 'a',
    qos: 'q',
    constraint: 'c',
    gres: 'g',
    extra: ['--x'],
    memory: 300,
  }
  const { memory, extra, ...named } = all
  expect(resources(plain, all)).toStrictEqual({ cpus: 3, memory, exclude: [], extra, ...named })
  const own = { partition: 'own', extra: [] }
  expect(resources({ ...plain, slurm: own }, all)).toMatchObject({ ...all, ...own })
  expect(asksOf(all, own)).toEqual({ ...all, ...own })
})

test('a large step asks for the memory that is set for all', () => {
  const large: Asking = { ...plain, limits: { memory: 'large' } }
  expect(resources(large)).toMatchObject({ memory: preset.memory })
  expect(resources(large, { memory: 16_000 }, 1)).toMatchObject({ memory: 24_000 })
})

test('the memory of a step itself goes over that of the tables, and grows by half with each try', () => {
  const of = { ...plain, limits: { memory: 400 }, slurm: { memory: 70 } }
  expect([0, 1, 2].map((tries) => resources(of, {}, tries).memory)).toEqual([400, 600, 900])
  expect(resources({ ...of, limits: {} }, { memory: 50 }).memory).toBe(70)
})

test('a job is given its time limit in whole minutes, and two to begin; without one, none', () => {
  const minutes = (timeLimit: number) => resources({ ...plain, limits: { timeLimit } })
  expect(minutes(60).minutes).toBe(3)
  expect(minutes(61).minutes).toBe(4)
  expect(minutes(Infinity)).not.toHaveProperty('minutes')
})

test('a job keeps away from nodes that failed', () => {
  expect(resources(plain, {}, 0, ['n1', 'n2']).exclude).toEqual(['n1', 'n2'])
})

test.each([
  [undefined, 8],
  [0, 8],
  [0.001, 120_000],
  [70, 2],
  [90, 1],
])('of files that take %s s each a job makes %i', (seconds, files) => {
  expect(filesAJob(seconds)).toBe(files)
})

test('what nobody sets is what most clusters take', () => {
  expect(preset).toEqual({
    memory: 2000,
    cpus_per_node: 4,
    local_below: 5,
    max_jobs: 500,
    poll: 10,
  })
})
