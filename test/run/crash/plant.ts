// A database of one scan, `plant`, with so many photographs: what the runs of these tests work on.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FSDB } from '../../../src/fsdb/fsdb.ts'

/** Makes it in the folder `db` of a folder that is made too. @returns its path */
export async function makePlant(folder: string, photographs: number): Promise<string> {
  const outside = join(folder, 'camera')
  mkdirSync(outside, { recursive: true })
  const paths = Array.from({ length: photographs }, (_, i) => {
    const path = join(outside, `photo_${String(i).padStart(2, '0')}.txt`)
    writeFileSync(path, `what is seen from ${i} degrees`)
    return path
  })
  const root = join(folder, 'db')
  await using db = await FSDB.create(root)
  await db.connect()
  const images = await (await db.createScan('plant')).createFileset('images')
  await images.importFiles(paths, { metadata: (_path, id) => ({ channel: 'rgb', shot: id }) })
  return root
}

/** Adds one photograph. */
export async function photograph(root: string, id: string, text: string): Promise<void> {
  await using db = new FSDB(root)
  await db.connect()
  const images = await (await db.getScan('plant')).getFileset('images')
  const file = await images.createFile(id)
  await file.write(new TextEncoder().encode(text), 'txt')
}
