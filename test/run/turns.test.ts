// A run takes each scan when its turn comes: the free ones first, others after or not at all.
import { expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import type { RunEvent } from '../../src/run/event.ts'
import { inlineExecutor } from '../../src/run/executors/inline.ts'
import { exitCodes } from '../../src/run/exit-codes.ts'
import { run } from '../../src/run/run.ts'
import { ResourcePool } from '../../src/run/resource-pool.ts'
import { libraryOf } from '../../src/task/library.ts'
import { origin, pipeline, Rig } from '../support/rig.ts'

/** A run that shares the database with others. */
async function shared(rig: Rig, wait: boolean, tell: (event: RunEvent) => void) {
  const library = libraryOf(rig.tasks)
  await using db = new FSDB(rig.path)
  await db.connect({ share: true })
  const { code, state } = await run({
    pipeline: rig.pipeline(pipeline),
    library,
    origin,
    db,
    scans: await db.scanIds(),
    executor: inlineExecutor(library),
    pool: new ResourcePool(2),
    wait,
    tell,
  })
  return { code, state }
}

async function rigOfThree(): Promise<Rig> {
  const rig = await Rig.make()
  for (const id of ['second', 'third']) await rig.addScan(id, { a: id })
  return rig
}

test('scans that another writer holds are left out and named; the run ends with 10', async () => {
  const rig = await rigOfThree()
  await using other = new FSDB(rig.path)
  await other.connect({ share: true, info: { command: 'import' } })
  await other.takeScan('plant')
  const told: RunEvent[] = []
  const { code, state } = await shared(rig, false, (event) => told.push(event))
  expect(code).toBe(exitCodes.databaseHeld)
  expect(told.filter(({ is }) => is === 'held')).toMatchObject([{ scan: 'plant', waits: false }])
  expect(state.scans.get('plant')?.held).toContain(`process ${process.pid}`)
  const finished = told.flatMap((event) => (event.is === 'finished' ? [event.scan] : []))
  expect(new Set(finished)).toEqual(new Set(['second', 'third']))
})

test('with wait, the free scans come first, then those that the other lets go', async () => {
  const rig = await rigOfThree()
  await using other = new FSDB(rig.path)
  await other.connect({ share: true })
  await other.takeScan('plant')
  const told: RunEvent[] = []
  let done = 0
  const { code } = await shared(rig, true, (event) => {
    told.push(event)
    if (event.is === 'finished' && ++done === 6) void other.letGoOfScan('plant')
  })
  expect(code).toBe(exitCodes.complete)
  const finished = told.flatMap((event) => (event.is === 'finished' ? [event.scan] : []))
  expect(finished.slice(6)).toEqual(['plant', 'plant', 'plant'])
})

test('others write scans that a run at work has let go, or has not reached', async () => {
  const rig = await rigOfThree()
  await using other = new FSDB(rig.path)
  await other.connect({ share: true })
  let isTried = false
  const attempts: Promise<unknown>[] = []
  const { code } = await shared(rig, false, (event) => {
    if (isTried || event.is !== 'started') return
    isTried = true
    attempts.push(
      other.createScan('fourth'),
      expect(other.takeScan(event.scan)).rejects.toMatchObject({ code: 'store/locked' }),
    )
  })
  await Promise.all(attempts)
  expect(attempts).toHaveLength(2)
  expect(code).toBe(exitCodes.complete)
  await other.takeScan('plant')
})
