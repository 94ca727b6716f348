// Several writers of one database at once, killed at any moment: create, import, run and clean; and
// people who correct results, replace photographs for a moment and write indices from memory.
//
// `npm run stress` takes many more turns.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { FSDB } from '../../../src/fsdb/fsdb.ts'
import type { Scan } from '../../../src/fsdb/scan.ts'
import { inlineExecutor } from '../../../src/run/executors/inline.ts'
import { run } from '../../../src/run/run.ts'
import { ResourcePool } from '../../../src/run/resource-pool.ts'
import { libraryOf } from '../../../src/task/library.ts'
import { builtScript } from '../../support/built-script.ts'
import { origin, pipeline, Rig } from '../../support/rig.ts'
import { scratchFolder } from '../../support/scratch.ts'
import { tasks } from '../../support/tasks.ts'

const work = scratchFolder('writers')
afterAll(() => rmSync(work, { recursive: true }))

const root = join(work, 'db')
/** On a machine that others keep busy, too, fewer turns take the same time. */
const share = Math.max(1, loadavg()[0] / availableParallelism())
const wanted = Number(process.env.ROMI_TURNS ?? Math.max(12, Math.round(40 / share)))
/** A writer that is killed lives so long at most, in ms. */
const life = 3_000

/** @returns the signal that ended it */
async function writer(turns: number, isKilled: boolean): Promise<string | null> {
  const args = [root, work, String(turns), String(isKilled ? life : 0)]
  const path = builtScript('test/run/crash/writer.ts')
  const child = spawn(process.execPath, [path, ...args], { stdio: 'inherit' })
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  expect(code ?? 0).toBe(0)
  return signal
}

const logged = (what: string): string[] => {
  const path = join(work, 'log')
  const lines = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []
  return lines.filter((line) => line.startsWith(what))
}

/** All that stands in files of what `Upper` made, listed or put aside; a later edit may replace one. */
function textsIn(scan: string): readonly string[] {
  const folders = readdirSync(scan, { recursive: true, withFileTypes: true })
  return folders
    .filter((entry) => entry.isFile() && entry.parentPath.includes('Upper_'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
}

/** What `Upper` made last is of the photographs that are there, or by hand. */
async function expectMadeOf(scan: Scan): Promise<void> {
  const images = await scan.getFileset('images')
  const id = (await scan.filesetIds()).findLast((name) => name.startsWith('Upper_'))
  for (const file of await (await scan.getFileset(id ?? '')).getFiles()) {
    const text = (await file.read()).toString()
    const photograph = (await (await images.getFile(file.id)).read()).toString()
    if (!text.startsWith('by-hand-'))
      expect([file.id, text]).toEqual([file.id, photograph.toUpperCase()])
  }
}

test(`never two in one scan, nothing lost, nobody waits for ever: ${wanted} turns`, async () => {
  await FSDB.create(root)
  mkdirSync(join(work, 'photographs'))
  for (let i = 0; i < 8; i++) writeFileSync(join(work, 'photographs', `f${i}.txt`), `text ${i}`)
  let kills = 0
  const lane = async (): Promise<void> => {
    for (let i = 0; logged('turn').length < wanted; i++) {
      const signal = await writer(Math.ceil(wanted / 8), i % 3 !== 2)
      if (signal === 'SIGKILL') kills++
    }
  }
  await Promise.all([lane(), lane(), lane(), lane()])
  expect(kills).toBeGreaterThan(0)
  for (const bad of ['together', 'failed', 'broken', 'refused']) expect(logged(bad)).toEqual([])

  const library = libraryOf(tasks)
  await using db = new FSDB(root)
  await db.connect({ share: true })
  expect(db.writers()).toHaveLength(1)
  for (const line of logged('file')) {
    const [, id, name] = line.split(' ')
    const images = await (await db.getScan(id)).getFileset('images')
    const file = await images.getFile(name.replace('.txt', ''))
    const bytes = readFileSync(join(work, 'photographs', name))
    expect([id, name, bytes.equals(await file.read())]).toEqual([id, name, true])
  }
  const { code } = await run({
    pipeline: new Rig(root).pipeline(pipeline),
    library,
    origin,
    db,
    scans: await db.scanIds(),
    executor: inlineExecutor(library),
    pool: new ResourcePool(2),
    tell: () => undefined,
  })
  expect(code).toBe(0)
  for (const id of await db.scanIds()) {
    const texts = textsIn(join(root, id))
    const edits = logged(`edit ${id} `).map((line) => line.split(' '))
    const corrected = new Set(edits.map(([, , , before]) => before))
    const last = edits.map(([, , now]) => now).filter((text) => !corrected.has(text))
    expect(texts).toEqual(expect.arrayContaining(last))
    await expectMadeOf(await db.getScan(id))
  }
  await db.disconnect()
  expect(existsSync(join(root, 'lock'))).toBe(false)
  expect(await (await FSDB.open(root)).problems()).toEqual(new Map())
})
