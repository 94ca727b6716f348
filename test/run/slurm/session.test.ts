// The jobs of a run on a cluster: each to its outcome, begun anew where its node was at fault, or given up.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { RomiError } from '../../../src/base/errors.ts'
import { sha256 } from '../../../src/base/digest.ts'
import { Draft } from '../../../src/fsdb/draft.ts'
import { jobIdOf } from '../../../src/run/executors/slurm/job-files.ts'
import { ownCode } from '../../../src/run/executors/slurm/on-node.ts'
import type { TaskFailure } from '../../../src/run/event.ts'
import { sessionWith, items, lost, madeFile, session, well, type ComesTo } from './session-rig.ts'

const failed = (code: TaskFailure['code']): ComesTo => ({
  is: 'outcome',
  outcome: { is: 'failed', failure: { code, message: 'fell over', facts: { a: 1 }, logTail: [] } },
})
const blind: ComesTo = { is: 'ends', how: 'failed', exitCode: '83', node: 'n7' }
const hungry: ComesTo = { is: 'ends', how: 'out-of-memory', node: 'n1' }

describe('a job that does well', () => {
  test('has its files taken into the draft, and is told with its time and place', async () => {
    const made = [madeFile('a', 'one'), madeFile('b', 'two')]
    const of = await session({}, { ...well, files: made } as ComesTo)
    of.write('a.txt', 'one')
    of.write('b.txt', 'two')
    const { outcome, told } = await of.does({ items: items('a', 'b') })
    expect(outcome).toEqual({
      is: 'done',
      result: {
        metadata: {},
        checks: {},
        versions: {},
        elsewhere: { node: 'n1', jobs: 1, seconds: 6, coreSeconds: 18 },
      },
    })
    expect(told).toEqual([{ is: 'waits' }, { is: 'runs', node: 'n1' }])
    const draft = await Draft.openAt(of.draft)
    expect((await draft.finished()).map(({ id }) => id)).toEqual(['a', 'b'])
    // Of its step it is known by now how long a file takes: three seconds.
    expect(of.cluster.filesAJob('Step', undefined)).toBe(40)
    expect(of.cluster.filesAJob('Step', { seconds: 9, secondsAFile: 60 })).toBe(2)
    expect(of.cluster.filesAJob('Other', undefined)).toBe(8)
  })

  test('is written down before it is submitted: what it is to do, by which code, with what', async () => {
    const of = await session({ memory: 70, prologue: 'module load node' })
    await of.does({ slurm: { partition: 'long' } })
    const [name] = of.files.jobs()
    const id = jobIdOf(of.job())
    expect(name).toBe(`${id}-1`)
    expect(of.files.job(name)).toEqual({
      job: { ...of.job({ slurm: { partition: 'long' } }), part: name },
      code: ownCode,
      root: of.first.root,
      asked: {
        resources: { cpus: 3, memory: 70, exclude: [], partition: 'long', extra: [] },
        prologue: 'module load node',
      },
    })
    const [array] = of.arrays
    expect(array).toMatchObject({ name: of.first.id, mark: 'a1', folder: of.first.path })
    const token = readFileSync(join(of.files.path, 'token'), 'utf8')
    for (const word of [
      `'${token}'`,
      `'${join(of.files.path, 'token')}'`,
      'module load node',
      "'/entry.js'",
    ])
      expect(array.script).toContain(word)
    expect(array.script).toContain(`'${of.first.path}' '${of.first.id}' 'a1' "$ROMI_INDEX"`)
  })

  test('has a log that bears its name, without the middle of it', async () => {
    const of = await session()
    of.onSubmit = (_, name) => writeFileSync(join(of.logs, 'a1-0.log'), `words of ${name}`)
    await of.does()
    const [name] = of.files.jobs()
    expect(of.logNames()).toEqual([`plant.Step.${name.slice(0, 8)}-1.log`])
  })

  test('is heard to its last word', async () => {
    const of = await session()
    of.onSubmit = (files, name) => files.tell(name, { is: 'said', level: 'info', text: 'spoken' })
    expect((await of.does()).warned).toEqual(['spoken'])
  })
})

test.each([
  ['failed', failed('task/threw')],
  ['overtaken', { is: 'outcome', outcome: { is: 'overtaken', by: ['/a'], isTouched: true } }],
  ['cancelled', { is: 'outcome', outcome: { is: 'cancelled' } }],
] as const)('a job whose outcome is %s is told so, and not begun anew', async (_, script) => {
  const of = await session({}, script)
  const { outcome } = await of.does()
  expect(script).toMatchObject({ outcome })
  expect(of.arrays).toHaveLength(1)
})

describe('a job whose node fails', () => {
  test('is begun anew elsewhere, twice at most', async () => {
    const of = await session({}, lost('n1'), lost('n2'), lost('n3'), well)
    const { outcome, warned } = await of.does()
    expect(outcome).toMatchObject({ is: 'failed', failure: { code: 'cluster/node-lost' } })
    expect(of.excluded()).toEqual([[], ['n1'], ['n1', 'n2']])
    expect(warned).toEqual(
      ['n1', 'n2'].map(
        (node) => `${node} failed, or was taken away, while Step ran there: begun anew`,
      ),
    )
    expect(of.names()).toEqual(['1', '2', '3'])
  })

  test('is begun anew without leaving out a node twice, or one that nobody knows', async () => {
    const of = await session({}, lost(), lost('n1'))
    expect((await of.does()).outcome.is).toBe('done')
    expect(of.excluded()).toEqual([[], [], ['n1']])
    const again = await session({}, lost('n1'), lost('n1'))
    expect((await again.does()).outcome.is).toBe('done')
    expect(again.excluded()).toEqual([[], ['n1'], ['n1']])
  })

  test('is begun anew for the files that it had not finished, and for one in any case', async () => {
    const of = await session({}, lost('n1'), lost('n2'), well)
    const keyed = (id: string, text: string, more = {}) =>
      `${JSON.stringify({ ...madeFile(id, text), ...more })}\n`
    of.write('a.txt', 'one')
    of.write('b.txt', 'torn')
    of.write('c.txt', 'three')
    of.write('d.txt', 'four')
    const parts = (name: string, text: string) =>
      writeFileSync(join(of.draft, 'parts', `${name}.ndjson`), text)
    of.onSubmit = (_, name) => {
      if (name.endsWith('-1') && of.arrays.length === 1)
        parts(
          name,
          keyed('a', 'one') + keyed('b', 'two') + keyed('c', 'three', { key: sha256('x') }),
        )
      if (of.arrays.length === 2) {
        for (const [id, text] of [
          ['b', 'two'],
          ['c', 'three'],
          ['d', 'four'],
        ] as const)
          of.write(`${id}.txt`, text)
        parts(name, keyed('b', 'two') + keyed('c', 'three') + keyed('d', 'four'))
      }
    }
    const made: string[][] = []
    const noting = of.onSubmit
    of.onSubmit = (files, name) => {
      made.push(files.job(name)?.job.items?.map(({ id }) => id) ?? [])
      return noting(files, name)
    }
    const { warned } = await of.does({ items: items('a', 'b', 'c', 'd') })
    expect(made).toEqual([['a', 'b', 'c', 'd'], ['b', 'c', 'd'], ['d']])
    expect(warned.map((text) => text.split(': ')[1])).toEqual([
      'begun anew, 3 files are to be made elsewhere',
      'begun anew, 1 files are to be made elsewhere',
    ])
    const draft = await Draft.openAt(of.draft)
    expect((await draft.finished()).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })

  test.each(['cancel', 'stop'] as const)(
    'is not begun anew after a wish to end (%s)',
    async (wish) => {
      const of = await session({}, lost('n1'))
      of.onSubmit = () => of[wish].abort()
      const { outcome } = await of.does()
      expect(['failed', 'cancelled']).toContain(outcome.is)
      expect(of.arrays).toHaveLength(1)
    },
  )
})

test('each memory that was not enough is half as much more the next time, for that step alone', async () => {
  const of = await session({ memory: 100 }, hungry, hungry, well, well)
  for (const size of [1, 2])
    expect((await of.does()).outcome).toMatchObject({
      is: 'failed',
      failure: {
        code: 'task/out-of-memory',
        message: expect.stringContaining(`${size === 1 ? 100 : 150} MB`),
      },
    })
  await of.does()
  await of.does({ step: 'Other' })
  await of.does({ scan: 'other' })
  expect(of.memories()).toEqual([100, 150, 225, 100, 100])
})

test('what the scheduler refuses is the failure of the job', async () => {
  const of = await session()
  of.submitFails = [new RomiError('cluster/refused', 'no such partition')]
  expect((await of.does()).outcome).toMatchObject({
    is: 'failed',
    failure: { code: 'cluster/refused', message: 'no such partition' },
  })
})

test('a scheduler that is not reached has the job wait, with its word', async () => {
  const of = await session()
  of.submitFails = [new RomiError('cluster/unreachable', 'Socket timed out')]
  const { told, outcome } = await of.does()
  expect(outcome.is).toBe('done')
  expect(told).toContainEqual({ is: 'waits', why: 'Socket timed out' })
})

test('a job that somebody else cancels is cancelled, and says by whom', async () => {
  const of = await session({}, { is: 'ends', how: 'cancelled', node: 'n1' })
  expect((await of.does()).outcome).toEqual({
    is: 'cancelled',
    why: 'the job of Step was cancelled by somebody else (scancel): run again to go on',
  })
})

describe('a node that can do none of our jobs', () => {
  test('is the end of the run where none could yet', async () => {
    const of = await session({}, blind)
    expect((await of.does()).outcome).toEqual({ is: 'cancelled' })
    expect(of.failed).toMatchObject([
      {
        code: 'cluster/no-disk',
        message: expect.stringContaining('n7 does not see'),
        facts: { node: 'n7' },
      },
    ])
    expect(of.arrays).toHaveLength(1)
  })

  test('is the end of the run, too, where it works by other code', async () => {
    const of = await session({}, failed('cluster/other-code'))
    expect((await of.does()).outcome).toEqual({ is: 'cancelled' })
    expect(of.failed).toMatchObject([
      { code: 'cluster/other-code', message: 'fell over', facts: { a: 1 } },
    ])
  })

  test('is left out where others do what they are asked', async () => {
    const of = await session({}, failed('task/threw'), blind, failed('cluster/other-code'), well)
    await of.does()
    const { outcome, warned } = await of.does()
    expect([outcome.is, of.failed]).toEqual(['done', []])
    expect(of.excluded().slice(1)).toEqual([[], ['n7'], ['n7', 'n1']])
    expect(warned).toHaveLength(2)
  })

  test('fails the job where all that are tried are such', async () => {
    const of = await session({}, well, blind, blind, blind)
    await of.does()
    expect((await of.does()).outcome).toMatchObject({ failure: { code: 'cluster/no-disk' } })
    expect(of.failed).toEqual([])
  })
})

describe('the files of a job', () => {
  test('stay until its step lets go of them, and those of other steps longer', async () => {
    const of = await session({}, lost('n1'))
    await of.does()
    await of.does({ step: 'Other' })
    expect(of.names()).toHaveLength(3)
    await of.cluster.release('other', 'Step')
    expect(of.names()).toHaveLength(3)
    await of.cluster.release('plant', 'Step')
    expect(of.files.jobs()).toEqual([`${jobIdOf(of.job({ step: 'Other' }))}-1`])
    await of.cluster.release('plant', 'Step')
    expect(existsSync(of.files.path)).toBe(true)
  })

  test('stay after a stop: their jobs may not be gone', async () => {
    const of = await session()
    await of.does()
    of.stop.abort()
    await of.cluster.release('plant', 'Step')
    expect(of.files.jobs()).toHaveLength(1)
  })
})

describe('the end of a run', () => {
  test('leaves no files of jobs', async () => {
    const of = await session()
    expect(existsSync(of.files.path)).toBe(true)
    await of.does()
    await of.cluster.end()
    expect(existsSync(of.files.path)).toBe(false)
    await of.cluster.end()
  })

  test('leaves them where jobs may go on', async () => {
    const of = await sessionWith({ stop: 60 }, {}, { is: 'goes on', state: { is: 'running' } })
    of.isDeaf = true
    of.onSubmit = () => of.stop.abort()
    expect((await of.does()).outcome).toEqual({ is: 'cancelled' })
    await of.cluster.end()
    expect(of.files.jobs()).toHaveLength(1)
  })

  test('leaves them where nobody knows what is on its way to the scheduler', async () => {
    const of = await sessionWith({ stop: 60 })
    let letGo = (): void => undefined
    of.onSubmit = () => new Promise<void>((resolve) => (letGo = resolve))
    const doing = of.does()
    while (of.arrays.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    of.cancel.abort()
    await of.cluster.end()
    expect(existsSync(of.files.path)).toBe(true)
    letGo()
    expect((await doing).outcome).toEqual({ is: 'cancelled' })
  })
})
