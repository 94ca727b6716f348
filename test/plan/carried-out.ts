// A database on which steps were carried out, copied for each test that changes it.
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { ScanReader } from '../../src/plan/facts/scan-reader.ts'
import { libraryOf } from '../../src/task/library.ts'
import { Rig } from '../support/rig.ts'
import { scratchFolder } from '../support/scratch.ts'
import { tasks } from '../support/tasks.ts'

/**
 * Says where a test file keeps its database, and removes it in the end.
 * @returns what makes a copy of it, in which `Upper`, `Locate` and `Join` were carried out on
 *   `plant`, and `Join` on `other`
 */
export function carriedOut(name: string): () => Promise<Rig> {
  const work = scratchFolder(name)
  afterAll(() => rmSync(work, { recursive: true }))
  const template = new Rig(join(work, 'template'))
  let made: Promise<void> | undefined
  let copies = 0
  return async () => {
    await (made ??= makeTemplate(template))
    const path = join(work, `copy-${copies++}`)
    cpSync(template.path, path, { recursive: true })
    onTestFinished(() => rmSync(path, { recursive: true }))
    return new Rig(path)
  }
}

async function makeTemplate(template: Rig): Promise<void> {
  await FSDB.create(template.path)
  const metadata = { channel: 'rgb', pose: 1 }
  await template.addScan('plant', { a: { text: 'one', metadata }, b: 'two' })
  await template.write(async (db) => {
    const scan = await db.getScan('plant')
    await scan.setMetadata({ species: 'Arabidopsis' })
    await (await scan.getFileset('images')).setMetadata({ unit: 'mm', by: 'me' })
  })
  await template.run('[Upper]\n[Locate]\n[Join]\n')
  await template.addScan('other', { z: 'elsewhere' })
  await template.run('[Join]', { scans: ['other'] })
}

export const scanOf = async (rig: Rig, id = 'plant') => (await FSDB.open(rig.path)).getScan(id)

export async function readerOf(rig: Rig, watching = false): Promise<ScanReader> {
  const db = await FSDB.open(rig.path)
  const scan = await db.getScan('plant')
  const library = libraryOf(tasks)
  return watching ? ScanReader.watch(db, scan, library) : ScanReader.read(db, scan, library)
}

/** The fileset of a task. */
export const idOf = async (rig: Rig, task: string) => (await rig.filesets(task))[0]
