// romi-run watch: new and changed scans are measured as they come; one broken scan stops nothing.
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import type { RunEvent } from '../../src/run/event.ts'
import { StillnessWatch } from '../../src/cli/stillness.ts'
import { Desk } from '../support/command-line.ts'

let desk: Desk
beforeEach(async () => {
  desk = await Desk.make()
  await desk.write('p.toml', '[Upper]\n[Join]\n')
  await desk.scan('plant_01', { 'a.txt': 'leaf' }, {})
})
afterEach(() => desk[Symbol.asyncDispose]())

/** A new scan comes, beside whatever is at work. */
async function come(id: string): Promise<void> {
  await desk.write(`camera/${id}/a.txt`, 'root')
  await using db = await FSDB.open(join(desk.folder, 'db'))
  await db.connect({ share: true, wait: true })
  const files = [join(desk.folder, 'camera', id, 'a.txt')]
  await db.createScan(id, {}, [{ id: 'images', files }])
}

/** Watches until `then` says that it has seen enough. */
async function watch(then: (event: RunEvent) => boolean): Promise<readonly RunEvent[]> {
  const told: RunEvent[] = []
  const stdout = {
    write(text: string) {
      // Safe: with `--json` these are the events.
      const event = JSON.parse(text) as RunEvent
      told.push(event)
      if (then(event)) desk.interrupt('SIGINT')
    },
  }
  const args = ['watch', 'p.toml', 'db/*', '--every', '0.02', '--executor', 'inline', '--json']
  expect((await desk.romi(args, { stdout })).code).toBe(0)
  return told
}

const made = (told: readonly RunEvent[]): string[] =>
  told.flatMap((event) => (event.is === 'finished' ? [`${event.scan} ${event.step}`] : []))

test('a scan that comes while it watches is measured, and the one before is not made again', async () => {
  let coming: Promise<void> | undefined
  const told = await watch((event) => {
    if (event.is === 'ended') coming ??= come('plant_02')
    return event.is === 'finished' && event.scan === 'plant_02' && event.step === 'Join'
  })
  await coming
  expect(made(told)).toEqual(['plant_01 Upper', 'plant_01 Join', 'plant_02 Upper', 'plant_02 Join'])
})

test('a broken scan is told of, and the others are measured', async () => {
  await desk.scan('plant_02', { 'a.txt': 'root' }, {})
  await desk.write('db/plant_01/files.json', '{')
  const told = await watch((event) => event.is === 'ended')
  expect(told.filter(({ is }) => is === 'broken')).toMatchObject([{ scan: 'plant_01' }])
  expect(made(told)).toEqual(['plant_02 Upper', 'plant_02 Join'])
})

test('a scan is due when it changed since it was measured, and stood still for a look', () => {
  const stillness = new StillnessWatch()
  expect(stillness.look('a', '1')).toBe(false)
  expect(stillness.look('a', '2')).toBe(false)
  expect(stillness.look('a', '2')).toBe(true)
  stillness.measured('a')
  expect(stillness.look('a', '2')).toBe(false)
  expect(stillness.look('a', '3')).toBe(false)
  expect(stillness.look('a', '3')).toBe(true)
})
