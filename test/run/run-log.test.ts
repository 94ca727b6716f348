// The log of a run on the disk, and what is read of it later.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import type { RunId } from '../../src/fsdb/ids.ts'
import { newRunId } from '../../src/fsdb/own-names.ts'
import type { RunEvent } from '../../src/run/event.ts'
import { lastFailures } from '../../src/survey/last-failures.ts'
import { pastRun } from '../../src/survey/past-runs.ts'
import {
  aboutRun,
  lockOfRun,
  loggedEvents,
  logStamp,
  pastEnds,
  RunLog,
  stepLog,
} from '../../src/run/run-log.ts'
import { Rig } from '../support/rig.ts'

function database(): FSDB {
  const folder = mkdtempSync(join(tmpdir(), 'romi-log-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return new FSDB(folder)
}

const one: RunId = newRunId(new Date(0))
const ended: RunEvent = { is: 'ended', seconds: 1, code: 0 }
const failed = (failure: object): RunEvent =>
  // Safe: as another version, or a hand, may have written it.
  ({ is: 'failed', scan: 's', step: 'Masks', retry: false, failure }) as never

test('how steps ended is read as it was told, but for lines that are torn or none of ours', () => {
  const db = database()
  const log = new RunLog(db, one, { lock: 'of this run' })
  log.event(ended)
  log.event(failed({ code: 'task/threw', message: 'm', facts: {}, logTail: [] }))
  log.close()
  const lines = ['null', '3', '[]', '{"is":"failed","scan":"s","step":"Masks"}', '{"is":"failed"}']
  const odd = ['{"is":"failed","scan":1,"step":"Masks","failure":{"message":"m"}}', '{"is":"fini']
  appendFileSync(join(log.path, 'events.ndjson'), [...lines, ...odd].join('\n'))
  const known = { is: 'failed', scan: 's', step: 'Masks', code: 'task/threw', message: 'm' }
  expect(pastEnds(db, one)).toEqual([known])
  expect([...lastFailures(db.path).keys()]).toEqual(['s/Masks'])
})

test('a run that was killed as it began has no events and no known lock', () => {
  const db = database()
  expect(pastEnds(db, one)).toEqual([])
  expect(lockOfRun(db, one)).toBeUndefined()
})

test.each(['runs', 'runs/', 'runs//events.ndjson'])(
  'something else in the place of %s keeps nothing from being told',
  (place) => {
    const db = database()
    const path = join(db.path, '.romi', place.replace('//', `/${one}/`).replace(/\/$/, `/${one}`))
    mkdirSync(join(path, '..'), { recursive: true })
    if (path.endsWith('.ndjson')) mkdirSync(path)
    else writeFileSync(path, '')
    expect(lastFailures(db.path)).toEqual(new Map())
    expect(pastEnds(db, one)).toEqual([])
    expect(lockOfRun(db, one)).toBeUndefined()
  },
)

test('failures that an earlier version logged are read in the words of this one', () => {
  const db = database()
  const log = new RunLog(db, one, {})
  for (const kind of ['program-missing', 'unusable-input', 'store'])
    log.event(failed({ kind, message: 'm', logTail: [] }))
  log.close()
  expect(pastEnds(db, one).map((end) => end.is === 'failed' && end.code)).toEqual([
    'task/program-missing',
    'task/threw',
    'task/threw',
  ])
})

test('the lock under which a run works is known', () => {
  const db = database()
  new RunLog(db, one, { lock: 'of this run' }).close()
  expect(lockOfRun(db, one)).toBe('of this run')
})

test('a log that is deleted meanwhile ends no work; the last lines are still known', () => {
  const db = database()
  const log = new RunLog(db, one, {})
  log.line('plant', 'Masks', 'first')
  rmSync(join(db.path, '.romi'), { recursive: true })
  log.line('plant', 'Masks', 'second')
  log.event(ended)
  log.close()
  expect(log.tail('plant', 'Masks')).toEqual(['first', 'second'])
})

test('a log says what its run was asked for, and what each step printed', () => {
  const db = database()
  const log = new RunLog(db, one, { lock: 7, pipeline: 'p.toml' })
  log.line('plant', 'Masks', 'first')
  log.line('plant', 'Masks', 'second')
  log.line('other', 'Masks', 'elsewhere')
  expect(aboutRun(db, one)).toEqual({ lock: 7, pipeline: 'p.toml' })
  expect(lockOfRun(db, one)).toBeUndefined()
  expect(stepLog(db, one, 'plant', 'Masks')).toBe('first\nsecond\n')
  expect(stepLog(db, one, 'plant', 'Voxels')).toBe('')
  expect(log.tail('other', 'Masks')).toEqual(['elsewhere'])
  expect(log.tail('other', 'Voxels')).toEqual([])
})

test('a failure repeats the last twenty lines of its step', () => {
  const log = new RunLog(database(), one, {})
  const lines = Array.from({ length: 21 }, (_, i) => `line ${i}`)
  for (const line of lines.slice(0, 20)) log.line('plant', 'Masks', line)
  expect(log.tail('plant', 'Masks')).toEqual(lines.slice(0, 20))
  log.line('plant', 'Masks', lines[20])
  expect(log.tail('plant', 'Masks')).toEqual(lines.slice(1))
})

test('events say when a step began or was placed, and nothing else does', () => {
  const db = database()
  const log = new RunLog(db, one, {}, undefined, () => new Date(0))
  const at = { scan: 's', step: 'Masks' }
  const placed = { is: 'placed', ...at, counts: {} }
  const before = logStamp(db, one)
  log.event({ is: 'started', ...at, fileset: 'Masks_1' })
  // Safe: of what is placed the log needs no more.
  log.event(placed as never)
  log.event(ended)
  expect(logStamp(db, one)).not.toBe(before)
  const time = '1970-01-01T00:00:00.000Z'
  expect(loggedEvents(db, one)).toEqual([
    { is: 'started', ...at, fileset: 'Masks_1', at: time },
    { ...placed, at: time },
    ended,
  ])
})

test('steps end well or in a failure that is not tried again, in the order of the log', () => {
  const db = database()
  const log = new RunLog(db, one, {})
  const at = { scan: 's', step: 'Masks' }
  const failure = { code: 'task/threw', message: 'm' }
  const events: readonly object[] = [
    { is: 'failed', ...at, retry: true, failure },
    { is: 'failed', ...at, retry: false, failure },
    { is: 'reused', ...at },
    { is: 'finished', ...at, step: 'Voxels' },
    { is: 'finished', scan: 's', step: 7 },
    { is: 'said', ...at, text: '"failed"', failure },
    { is: 'failed', ...at, failure: { code: 7, message: 'm' } },
    { is: 'failed', ...at, failure: { code: 'task/threw' } },
  ]
  for (const event of events) log.event(event as RunEvent) // safe: as above
  expect(pastEnds(db, one)).toEqual([
    { is: 'failed', ...at, ...failure },
    { is: 'well', ...at },
    { is: 'well', ...at, step: 'Voxels' },
  ])
})

test('progress of one step is no reason to leave out that of another', () => {
  const db = database()
  let now = 5_000_000
  const log = new RunLog(db, one, {}, () => now)
  const progress = (step: string, done: number): RunEvent => {
    return { is: 'progress', scan: 's', step, done, total: 9 }
  }
  log.event(progress('Masks', 1))
  log.event(progress('Voxels', 1))
  // A second later is soon enough, however late the clock is when the run begins.
  now += 999
  log.event(progress('Masks', 2))
  now += 1
  log.event(progress('Masks', 3))
  expect(loggedEvents(db, one).map(({ step, done }) => [step, done])).toEqual([
    ['Masks', 1],
    ['Voxels', 1],
    ['Masks', 3],
  ])
})

test('a log that is discarded leaves nothing', async () => {
  const db = database()
  const log = new RunLog(db, one, { a: 1 })
  await log.discard()
  log.event(ended)
  expect(aboutRun(db, one)).toEqual({})
  expect(loggedEvents(db, one)).toEqual([])
})

test('what is no trouble of the disk ends the run', () => {
  const db = database()
  const log = new RunLog(db, one, {})
  const ours = new Error('ours')
  vi.spyOn(db.runs, 'append').mockImplementation(() => {
    throw ours
  })
  expect(() => log.event(ended)).toThrow(ours)
})

test('… also if it came up while nobody waited for the log', async () => {
  const db = database()
  const log = new RunLog(db, one, {})
  const ours = new Error('ours')
  const append = vi.spyOn(db.runs, 'append').mockImplementationOnce(() => {
    throw ours
  })
  log.event({ is: 'reused', scan: 'plant', step: 'Masks', fileset: undefined, edited: [] })
  await vi.waitFor(() => expect(append).toHaveBeenCalled())
  expect(() => log.close()).toThrow(ours)
})

test('once closed nothing is added', () => {
  const db = database()
  const log = new RunLog(db, one, {})
  log.close()
  log.event(failed({ code: 'task/threw', message: 'm' }))
  expect(pastEnds(db, one)).toEqual([])
})

test('files that other programs leave among ours keep no run and no plan from its work', async () => {
  const rig = await Rig.make()
  const own = ['runs', 'scratch', 'touched'].map((folder) => join('.romi', folder))
  const ofScan = ['drafts', 'retired', 'records'].map((folder) => join('plant', '.romi', folder))
  for (const folder of [...own, ...ofScan]) {
    mkdirSync(join(rig.path, folder), { recursive: true })
    writeFileSync(join(rig.path, folder, '.DS_Store'), '')
  }
  expect(await rig.plan('[Upper]')).toMatchObject({ Upper: { do: 'run' } })
  expect((await rig.run('[Upper]')).ran).toEqual(['Upper'])
  expect(lastFailures(rig.path)).toEqual(new Map())
})

test('the log tells how far a step is, seldom, and who reads it the last of it', () => {
  const db = database()
  let now = 0
  const log = new RunLog(db, one, {}, () => now)
  const at = { scan: 's', step: 'Masks' }
  log.event({ is: 'started', ...at, fileset: 'Masks_1', files: { make: 400, reuse: 0 } })
  for (let done = 1; done <= 400; done++, now += 250)
    log.event({ is: 'progress', ...at, done, total: 400 })
  const told = loggedEvents(db, one).flatMap(({ done }) => (typeof done === 'number' ? [done] : []))
  expect(told.slice(0, 3)).toEqual([1, 5, 9])
  expect(told.length).toBeLessThan(100)
  const [{ done, total, is }] = pastRun(db, one).steps
  expect({ done, total, is }).toEqual({ done: told.at(-1), total: 400, is: 'interrupted' })
})

test('a run that ends while it is looked at has ended, and did not die', () => {
  const db = database()
  const log = new RunLog(db, one, {})
  // as the run goes: its log tells of the end before its writer is gone
  const writers = vi.spyOn(db, 'writers').mockImplementation(() => {
    log.event(ended)
    return []
  })
  expect(pastRun(db, one)).toMatchObject({ is: 'ended', code: 0 })
  expect(writers).toHaveBeenCalledTimes(1)
})
