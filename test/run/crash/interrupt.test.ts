// Runs that are told to end: once, what runs may finish; twice or with SIGTERM, all stops at once.
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Draft } from '../../../src/fsdb/draft.ts'
import { FSDB } from '../../../src/fsdb/fsdb.ts'
import { ChildRun, type Asked, type Ended, type Told } from '../../support/child-run.ts'
import { scratchFolder } from '../../support/scratch.ts'
import { asking } from './asking.ts'
import { makePlant } from './plant.ts'

const executors = ['inline', 'threads'] as const

interface Stage {
  readonly root: string
  /** Lets the step `Wait` end. */
  readonly open: () => void
  readonly gate: string
  readonly start: (pipeline: string, executor: Asked['executor']) => ChildRun
}

async function stage(photographs: number): Promise<Stage> {
  const folder = scratchFolder('interrupt')
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const root = await makePlant(folder, photographs)
  const gate = join(folder, 'gate')
  const start = (pipeline: string, executor: Asked['executor']) => {
    const run = new ChildRun(asking(root, pipeline, { executor }))
    onTestFinished(async () => {
      run.kill('SIGKILL')
      await run.ended
    })
    return run
  }
  return { root, gate, open: () => writeFileSync(gate, ''), start }
}

const waiting = (told: Told) => told.is === 'said' && told.text === 'waiting'

/** How each step ended. */
const ends = ({ told }: Ended) =>
  Object.fromEntries(
    told.flatMap((event) =>
      ['finished', 'reused', 'cancelled', 'failed', 'skipped'].includes(event.is) && 'step' in event
        ? [[event.step, event.is]]
        : [],
    ),
  )

/** The files finished in drafts; fails if the database is held. */
async function inDrafts(root: string): Promise<number> {
  const db = await FSDB.open(root)
  expect(db.owner()).toBeUndefined()
  const drafts = await (await db.getScan('plant')).drafts()
  const counts = drafts.map(
    async ({ path }) => (await (await Draft.openAt(path)).finished()).length,
  )
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
}

const folders = (root: string) => readdirSync(join(root, 'plant', '.romi', 'drafts'))

describe.each(executors)('in the executor %s', (executor) => {
  test('after one SIGINT what runs is finished and published, the rest is cancelled', async () => {
    const { root, gate, open, start } = await stage(2)
    const pipeline = `[Wait]\ngate = "${gate}"\n[Count]\nupstream_task = "Wait"\n`
    const run = start(pipeline, executor)
    await run.tells(waiting)
    run.kill('SIGINT')
    await run.tells(({ is }) => is === 'interrupted')
    open()
    const ended = await run.ended
    expect(ended.code).toBe(130)
    expect(ends(ended)).toMatchObject({ Wait: 'finished', Count: 'cancelled' })
    const next = await start(pipeline, executor).ended
    expect(next.code).toBe(0)
    expect(ends(next)).toMatchObject({ Wait: 'reused', Count: 'finished' })
    expect(folders(root)).toEqual([])
  })

  test('after one SIGINT file by file, the batches in work are finished and kept', async () => {
    const { root, start } = await stage(40)
    const pipeline = '[Upper]\ndelay = 150\n'
    const run = start(pipeline, executor)
    await run.tells(({ is }) => is === 'progress')
    run.kill('SIGINT')
    const ended = await run.ended
    expect(ended.code).toBe(130)
    expect(ends(ended)).toMatchObject({ Upper: 'cancelled' })
    const made = await inDrafts(root)
    expect(made % 8).toBe(0)
    expect(made).toBeGreaterThan(0)
    const next = await start(pipeline, executor).ended
    expect(next.told).toContainEqual(
      expect.objectContaining({ is: 'started', files: { make: 40 - made, reuse: made } }),
    )
    expect(next.code).toBe(0)
  })

  test.each([
    ['a second SIGINT', ['SIGINT', 'SIGINT']],
    ['SIGTERM', ['SIGTERM']],
  ] as const)('%s stops a step that would not end', async (_, signals) => {
    const { root, gate, open, start } = await stage(2)
    const pipeline = `[Wait]\ngate = "${gate}"\n`
    const run = start(pipeline, executor)
    await run.tells(waiting)
    for (const [i, signal] of signals.entries()) {
      run.kill(signal)
      await run.tells((told) => told.is === 'interrupted' && told.times === i + 1)
    }
    // An inline step cannot be ended from outside: the run is over all the same.
    await run.tells(({ is }) => is === 'ended')
    open()
    const ended = await run.ended
    expect(ended.code).toBe(130)
    expect(await inDrafts(root)).toBe(0)
    expect(ends(ended)).toMatchObject({ Wait: 'cancelled' })
    expect(folders(root)).toEqual([])
    expect((await start(pipeline, executor).ended).code).toBe(0)
  })

  test('SIGTERM keeps the files that are finished', async () => {
    const { root, start } = await stage(40)
    const pipeline = '[Upper]\ndelay = 150\n'
    const run = start(pipeline, executor)
    await run.tells(({ is }) => is === 'progress')
    run.kill('SIGTERM')
    expect((await run.ended).code).toBe(130)
    const made = await inDrafts(root)
    expect(made).toBeGreaterThan(0)
    expect(made).toBeLessThan(40)
    const next = await start(pipeline, executor).ended
    expect(next.told).toContainEqual(
      expect.objectContaining({ is: 'started', files: { make: 40 - made, reuse: made } }),
    )
  })
})
