// The page's server: the list of many scans, and the first look at one.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { FSDB } from '../src/fsdb/fsdb.ts'
import { imageCodec } from '../src/io/index.ts'
import { sourceAt } from '../src/web/served.ts'
import { startServer } from '../src/web/server.ts'
import { round, type Bench } from './bench.ts'

const scans = 1000
const photographs = 36

const url = (path: string): string => pathToFileURL(join(import.meta.dirname, '..', path)).href

/** Scans of so many photographs, whose bytes are those of one small picture. */
async function made(path: string): Promise<void> {
  await using db = await FSDB.create(path)
  await db.connect()
  const data = new Uint8Array(3 * 64 * 64).fill(90)
  const picture = { width: 64, height: 64, channels: 3, depth: 8, data } as const
  const bytes = await imageCodec('jpg').encode(picture)
  for (let i = 0; i < scans; i++) {
    const files = Array.from({ length: photographs }, (_, k) => `${String(k).padStart(5, '0')}_rgb`)
    const scan = await db.createScan(`plant_${String(i).padStart(4, '0')}`, {
      date: '2026-05-04',
      species: 'Arabidopsis thaliana',
    })
    const images = await scan.createFileset('images')
    await Promise.all(files.map(async (id) => (await images.createFile(id)).write(bytes, 'jpg')))
    await db.release(scan.id)
  }
}

const bench: Bench = async (report) => {
  const work = await mkdtemp(join(tmpdir(), 'romi-serve-'))
  const path = join(work, 'db')
  await made(path)
  const origin = { builtin: url('tasks/index.ts'), face: url('src/index.ts') }
  const options = { host: '127.0.0.1', port: 0, mayEdit: false, allowedOrigins: [] }
  const server = await startServer({ source: await sourceAt(path, origin, false), ...options })
  try {
    for (const [what, address] of [
      [`list of ${scans} scans, first`, 'api/plants'],
      [`list of ${scans} scans, again`, 'api/plants'],
      ['one plant', 'api/plants/plant_0500'],
      ['thumbnail', 'image/plant_0500/images/00000_rgb?size=thumb'],
    ]) {
      const begun = performance.now()
      const answer = await fetch(server.address + address)
      await answer.arrayBuffer()
      report({ what, ms: round(performance.now() - begun), status: answer.status })
    }
  } finally {
    await server.close()
    await rm(work, { recursive: true, force: true })
  }
}

export default bench
