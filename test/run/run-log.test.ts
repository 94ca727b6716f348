// The log of a run on the disk, and what is read of it later.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import type { RunId } from '../../src/fsdb/ids.ts'
import { newRunId } from '../../src/fsdb/own-names.ts'
import type { RunEvent } from '../../src/run/event.ts'
import { lastFailures } from '../../src/survey/last-failures.ts'
import { pastRun } from '../../src/survey/past-runs.ts'
import { lockOfRun, loggedEvents, pastEnds, RunLog } from '../../src/run/run-log.ts'
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
