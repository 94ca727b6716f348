// The log of a run on the disk, and what is read of it later.
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { RunEvent } from '../../src/run/event.ts'
import { lockOfRun, readEvents, RunLog } from '../../src/run/run-log.ts'
import { Rig } from '../support/rig.ts'

function database(): string {
  const folder = mkdtempSync(join(tmpdir(), 'romi-log-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

const ended: RunEvent = { is: 'ended', seconds: 1, code: 0 }

test('events are read as they were told, but for a line that a kill tore off', () => {
  const log = new RunLog(database(), 'one', { lock: 'of this run' })
  log.event(ended)
  log.close()
  appendFileSync(join(log.path, 'events.ndjson'), '{"is":"fini')
  expect(readEvents(log.path)).toEqual([ended])
})

test('a run that was killed as it began has no events and no known lock', () => {
  const folder = database()
  expect(readEvents(join(folder, '.romi', 'runs', 'one'))).toEqual([])
  expect(lockOfRun(folder, 'one')).toBeUndefined()
})

test('failures that an earlier version logged are read in the words of this one', () => {
  const folder = database()
  const log = new RunLog(folder, 'one', {})
  const failed = (kind: string) =>
    ({
      is: 'failed',
      scan: 's',
      step: 'Masks',
      failure: { kind, message: 'm', logTail: [] },
    }) as never
  for (const kind of ['program-missing', 'unusable-input', 'store']) log.event(failed(kind))
  log.close()
  const failures = readEvents(log.path).map((event) => event.is === 'failed' && event.failure)
  const same = { message: 'm', facts: {}, logTail: [] }
  expect(failures).toEqual([
    { code: 'task/program-missing', ...same },
    { code: 'task/threw', ...same },
    { code: 'task/threw', ...same },
  ])
})

test('the lock under which a run works is known', () => {
  const folder = database()
  new RunLog(folder, 'one', { lock: 'of this run' }).close()
  expect(lockOfRun(folder, 'one')).toBe('of this run')
})

test('a log that is deleted meanwhile ends no work; the last lines are still known', () => {
  const folder = database()
  const log = new RunLog(folder, 'one', {})
  log.line('plant', 'Masks', 'first')
  rmSync(join(folder, '.romi'), { recursive: true })
  log.line('plant', 'Masks', 'second')
  log.event(ended)
  log.close()
  expect(log.tail('plant', 'Masks')).toEqual(['first', 'second'])
})

test('once closed it writes into no file that was opened since', () => {
  const folder = database()
  const log = new RunLog(folder, 'one', {})
  log.close()
  const others = Array.from({ length: 5 }, (_, i) => openSync(join(folder, `${i}`), 'a'))
  log.event(ended)
  log.close()
  for (const other of others) closeSync(other)
  for (const i of others.keys()) expect(readFileSync(join(folder, `${i}`), 'utf8')).toBe('')
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
  expect(readEvents(join(rig.path, '.romi', 'runs', '.DS_Store'))).toEqual([])
})
