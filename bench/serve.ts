// The page: the list of many scans, and the first look at one of the published ones.
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { FSDB } from '../src/fsdb/fsdb.ts'
import { imageCodec } from '../src/io/index.ts'
import { sourceAt } from '../src/web/served.ts'
import { startServer } from '../src/web/server.ts'
import { sharedData } from '../test/support/shared.ts'
import { has } from '../test/support/programs.ts'
import { round, type Bench, type Row } from './bench.ts'
import { firstPicture } from './support/first-picture.ts'
import { knownPoses, measuredByRomiFile } from './support/published-accuracy.ts'

const scans = 1000
const photographs = 36

const url = (path: string): string => pathToFileURL(join(import.meta.dirname, '..', path)).href

/** Scans of so many photographs: one is made, the others are copies of its folder. */
async function made(path: string): Promise<void> {
  const name = (i: number): string => `plant_${String(i).padStart(4, '0')}`
  const data = new Uint8Array(3 * 64 * 64).fill(90)
  const picture = { width: 64, height: 64, channels: 3, depth: 8, data } as const
  const bytes = await imageCodec('jpg').encode(picture)
  await using db = await FSDB.create(path)
  await db.connect()
  const about = { date: '2026-05-04', species: 'Arabidopsis thaliana' }
  const images = await (await db.createScan(name(0), about)).createFileset('images')
  for (let k = 0; k < photographs; k++) {
    const file = await images.createFile(`${String(k).padStart(5, '0')}_rgb`)
    await file.write(bytes, 'jpg')
  }
  for (let i = 1; i < scans; i++)
    await cp(join(path, name(0)), join(path, name(i)), { recursive: true })
}

const bench: Bench = async (report) => {
  await listOfMany(report)
  if (sharedData === undefined || !has('chromium')) return
  await measuredByRomiFile('real_plant', sharedData, knownPoses, (scan) =>
    firstPicture(dirname(scan), 'real_plant', report),
  )
}

/** How long the list takes, asked for as soon as the server listens, and later. */
async function listOfMany(report: (row: Row) => void): Promise<void> {
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
      const [begun, cpu] = [performance.now(), process.cpuUsage()]
      const answer = await fetch(server.address + address)
      await answer.arrayBuffer()
      const { user, system } = process.cpuUsage(cpu)
      const ms = round(performance.now() - begun)
      report({ what, ms, 'CPU, ms': round((user + system) / 1000), status: answer.status })
    }
  } finally {
    await server.close()
    await rm(work, { recursive: true, force: true })
  }
}

export default bench
