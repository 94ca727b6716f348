// A process that changes a database without end, to be killed: `busy-writer.ts DATABASE OUTSIDE`.
import { join } from 'node:path'
import { readdirSync } from 'node:fs'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import type { Scan } from '../../src/fsdb/scan.ts'
import { signedBytes } from '../support/whole.ts'

const [root, outside] = process.argv.slice(2)
const db = new FSDB(root)
await db.connect({ info: { run: 'busy' } })
process.send?.('connected')

// No earlier writer came so far: none makes a turn in a millisecond.
let turn = Date.now()
const pick = <T>(items: readonly T[]): T | undefined =>
  items[Math.floor(Math.random() * items.length)]

async function publish(scan: Scan, id: string, replace: boolean): Promise<void> {
  const draft = await scan.draft('Masks')
  const files = Array.from({ length: 4 }, (_, i) => `m${i}`)
  await Promise.all(
    files.map((file) =>
      draft.writeFile(file, signedBytes(`${turn} ${file}`, 20_000), 'txt', { turn }),
    ),
  )
  await draft.setMetadata({ turn })
  await draft.publish(id, { replace })
}

async function resume(scan: Scan): Promise<void> {
  const draft = await scan.draft('Slow', { resumable: { key: 'slow' } })
  const there = new Set((await draft.finished()).map(({ id }) => String(id)))
  for (const file of ['r0', 'r1', 'r2', 'r3'].filter((id) => !there.has(id)))
    await draft.writeFile(file, signedBytes(file, 50_000), 'txt', {}, { key: file })
  if (!(await scan.hasFileset('slow'))) await draft.publish('slow')
  else await draft.discard()
}

const deeds: readonly ((scan: Scan) => Promise<unknown>)[] = [
  (scan) => publish(scan, `new_${turn}`, false),
  (scan) => publish(scan, 'same', true),
  (scan) => Promise.all([publish(scan, `p_${turn}`, false), publish(scan, `q_${turn}`, false)]),
  async (scan) => {
    const images = await scan.createFileset(`images_${turn}`, { turn })
    await images.importFiles(
      readdirSync(outside).map((name) => join(outside, name)),
      { metadata: { turn } },
    )
    await images.deleteFile(pick(await images.fileIds()) ?? '')
  },
  async (scan) => {
    const fileset = pick(await scan.getFilesets())
    if (fileset) await scan.deleteFileset(fileset.id)
  },
  async (scan) => {
    const fileset = pick(await scan.getFilesets())
    if (fileset) await scan.retireFileset(fileset.id)
    await scan.clean({ retired: true })
  },
  async (scan) => {
    const fileset = pick(await scan.getFilesets())
    await fileset?.setMetadata({ turn, text: 'x'.repeat(5_000) })
    const file = pick((await fileset?.getFiles()) ?? [])
    await file?.write(signedBytes(`again ${turn}`, 30_000), pick(['txt', 'bin']) ?? 'txt')
  },
  (scan) => scan.setMetadata('turn', turn),
  (scan) => resume(scan),
  (scan) => db.deleteScan(scan.id),
]

for (;;) {
  turn++
  const id = `scan_${turn % 3}`
  const scan = (await db.hasScan(id)) ? await db.getScan(id) : await db.createScan(id, { turn })
  await pick(deeds)?.(scan)
}
