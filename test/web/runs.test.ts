// Runs that others begin: told live, however short they are.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { newRunId } from '../../src/fsdb/own-names.ts'
import { RunLog } from '../../src/run/run-log.ts'
import type { RunShown } from '../../src/web/api.ts'
import { Events } from '../../src/web/events.ts'
import { Rows } from '../../src/web/plants/rows.ts'
import { Runs } from '../../src/web/runs.ts'
import { Served, sourceAt } from '../../src/web/served.ts'
import { realTasks } from '../support/command-line.ts'
import { Serving } from '../support/serving.ts'

test('a run that begins and ends between two looks is told once, with how it ended', async () => {
  await using serving = await Serving.make()
  const ran = async (minute: number) => {
    const id = newRunId(new Date(60_000 * minute))
    await serving.write(async (db) => {
      const log = new RunLog(db, id, { scans: ['plant'] })
      log.event({ is: 'ended', seconds: 0.1, code: 0 })
    })
    return id
  }
  await ran(1)
  const served = await Served.open(await sourceAt(serving.db.path, realTasks.origin!, false))
  const events = new Events()
  const told: RunShown[] = []
  events.listen((event) => {
    if (event.is === 'run') told.push(event.run)
  })
  const rows = new Rows(served, events)
  const runs = new Runs(served, events, rows, [])
  runs.look()
  expect(told).toEqual([])
  const id = await ran(2)
  runs.look()
  runs.look()
  expect(told).toMatchObject([{ id, is: 'ended', code: 0, scans: ['plant'] }])
  await rows.close()
})

test('a run that leaves no log, as there was nothing to do, ends as its program says', async () => {
  await using serving = await Serving.make()
  await serving.write(async (db) => {
    await (await db.createScan('plant')).createFileset('images')
  })
  writeFileSync(join(serving.db.path, 'pipeline.toml'), '[Masks]\n')
  const program = join(serving.folder, 'program.mjs')
  const id = newRunId(new Date())
  const begun = JSON.stringify({ is: 'begun', run: id })
  writeFileSync(
    program,
    `console.log('${begun}'); process.stdin.resume(); setTimeout(() => process.exit(0), 300)`,
  )
  const served = await Served.open(await sourceAt(serving.db.path, realTasks.origin!, false))
  const events = new Events()
  const told: RunShown[] = []
  events.listen((event) => {
    if (event.is === 'run') told.push(event.run)
  })
  const rows = new Rows(served, events)
  const runs = new Runs(served, events, rows, [process.execPath, program])
  expect(await runs.start({ scans: ['plant'] })).toBe(id)
  const isTold = () => {
    runs.look()
    return told.some(({ is }) => is !== 'working')
  }
  await vi.waitUntil(isTold, { timeout: 30_000 })
  expect(told.at(-1)).toMatchObject({ id, is: 'ended', code: 0, scans: ['plant'] })
  expect(told.map(({ is }) => is)).not.toContain('died')
  runs.look()
  expect(runs.list().runs).toEqual([])
  await rows.close()
})
