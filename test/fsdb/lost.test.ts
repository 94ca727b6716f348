// Filesets that another program dropped from files.json, and what a writer makes of them.
import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { sha256 } from '../../src/base/digest.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import type { Scan } from '../../src/fsdb/scan.ts'
import { scratchFolder } from '../support/scratch.ts'

const key = sha256('a key')
const id = `Masks_1_${key.slice(0, 10)}`

/** A scan with a fileset that a step made, and files.json as it was before. */
async function made(): Promise<{
  readonly db: FSDB
  readonly index: string
  readonly old: string
}> {
  const folder = scratchFolder('lost')
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const db = await FSDB.create(join(folder, 'db'))
  await db.connect()
  const scan = await db.createScan('plant')
  await scan.createFileset('images')
  const index = join(scan.path, 'files.json')
  const old = readFileSync(index, 'utf8')
  await publish(scan)
  await db.disconnect()
  return { db, index, old }
}

async function publish(scan: Scan): Promise<void> {
  const draft = await scan.draft('Masks')
  const outputs: Record<string, { file: string; digest: string; size: number }> = {}
  for (const file of ['a', 'b']) {
    const { digest, size, filename } = await draft.writeFile(file, Buffer.from(file), 'txt')
    outputs[file] = { file: filename, digest, size }
  }
  await draft.setMetadata({ task_name: 'Masks', romi: { key, outputs } })
  await draft.publish(id)
}

const idsOf = async (db: FSDB) => (await db.getScan('plant')).filesetIds()

test('a fileset that another program dropped is lost to readers, and listed again by a writer', async () => {
  const { db, index, old } = await made()
  writeFileSync(index, old)
  const scan = await db.getScan('plant')
  expect(await scan.lost()).toEqual([id])
  expect(await idsOf(db)).toEqual(['images'])
  await db.connect()
  expect(await scan.take()).toEqual([id])
  expect(await idsOf(db)).toEqual(['images', id])
  expect(await (await scan.getFileset(id)).fileIds()).toEqual(['a', 'b'])
  expect(await scan.lost()).toEqual([])
  await db.disconnect()
})

test.each<readonly [string, (scan: string) => void]>([
  ['whose bytes are others', (scan) => appendFileSync(join(scan, id, 'a.txt'), '!')],
  ['that lacks a file', (scan) => rmSync(join(scan, id, 'b.txt'))],
  ['without a record', (scan) => rmSync(join(scan, 'metadata', `${id}.json`))],
  [
    'under another name',
    (scan) => {
      renameSync(join(scan, id), join(scan, `${id}_old`))
      renameSync(join(scan, 'metadata', `${id}.json`), join(scan, 'metadata', `${id}_old.json`))
    },
  ],
])('one %s is left as it is', async (_, change) => {
  const { db, index, old } = await made()
  writeFileSync(index, old)
  const scan = await db.getScan('plant')
  change(scan.path)
  await db.connect()
  expect(await scan.take()).toEqual([])
  expect(await idsOf(db)).toEqual(['images'])
  await db.disconnect()
})

test('a file that somebody put into a fileset is told, and taken in where it lies', async () => {
  const { db } = await made()
  const scan = await db.getScan('plant')
  writeFileSync(join(scan.path, 'images', 'new.txt'), 'new')
  expect(await scan.unlistedFiles('images')).toEqual(['new.txt'])
  await db.connect()
  const images = await scan.getFileset('images')
  const [file] = await images.importFiles([join(images.path, 'new.txt')], { metadata: { a: 1 } })
  expect(Buffer.from(await file.read()).toString()).toBe('new')
  expect(await file.getMetadata()).toEqual({ a: 1 })
  expect(await scan.unlistedFiles('images')).toEqual([])
  await db.disconnect()
})

test('one that was deleted leaves nothing that could come back', async () => {
  const { db } = await made()
  await db.connect()
  const scan = await db.getScan('plant')
  await scan.deleteFileset(id)
  await db.disconnect()
  expect(existsSync(join(scan.path, id))).toBe(false)
  expect(existsSync(join(scan.path, 'metadata', `${id}.json`))).toBe(false)
  await db.connect()
  expect(await scan.take()).toEqual([])
  await db.disconnect()
})
