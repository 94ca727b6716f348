// The store against naive ones: files imported, a database opened, scans queried.
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatJson } from '../src/base/json.ts'
import { FSDB } from '../src/fsdb/fsdb.ts'
import { round, shortest, type Bench } from './bench.ts'

const bytes = Buffer.alloc(2_000, 7)
const metadataOf = (i: number) => ({ channel: 'rgb', shot_id: String(i).padStart(6, '0') })

function writeDurably(path: string, content: Uint8Array): void {
  const handle = openSync(path, 'wx')
  writeSync(handle, content)
  fsyncSync(handle)
  closeSync(handle)
}

/** The same files and metadata with nothing around them: what the disk itself costs. */
function bareWrites(folder: string, n: number): void {
  mkdirSync(join(folder, 'metadata'), { recursive: true })
  for (let i = 0; i < n; i++) {
    writeDurably(join(folder, `f${i}.bin`), bytes)
    writeDurably(join(folder, 'metadata', `f${i}.json`), Buffer.from(formatJson(metadataOf(i))))
  }
}

/** As ROMI's Python tools: the whole index is written again after each file; nothing is synced. */
function naiveStore(folder: string, n: number): void {
  mkdirSync(join(folder, 'metadata'), { recursive: true })
  const files: { readonly id: string; readonly file: string }[] = []
  for (let i = 0; i < n; i++) {
    files.push({ id: `f${i}`, file: `f${i}.bin` })
    writeFileSync(join(folder, `f${i}.bin`), bytes)
    writeFileSync(join(folder, 'metadata', `f${i}.json`), formatJson(metadataOf(i)))
    writeFileSync(join(folder, 'files.json'), formatJson({ filesets: [{ id: 'images', files }] }))
  }
}

async function importing(work: string, report: Parameters<Bench>[0]): Promise<void> {
  const source = join(work, 'source')
  mkdirSync(source)
  const paths = Array.from({ length: 16_000 }, (_, i) => join(source, `f${i}.bin`))
  for (const path of paths) writeFileSync(path, bytes)
  await using db = await FSDB.create(join(work, 'db'))
  await db.connect()
  const scan = await db.createScan('scan')
  let first = 0
  for (const n of [1_600, 16_000]) {
    const fileset = await scan.createFileset(`images_${n}`)
    const ours = await shortest(1, () =>
      fileset.importFiles(paths.slice(0, n), {
        metadata: (_, id) => metadataOf(Number(id.slice(1))),
      }),
    )
    const bare = await shortest(1, () => bareWrites(join(work, `bare_${n}`), n))
    const naive =
      n > 1_600 ? undefined : await shortest(1, () => naiveStore(join(work, 'naive'), n))
    first ||= ours / n
    report({
      what: `import ${n} files with metadata`,
      'ours ms/file': round(ours / n),
      'bare fsynced ms/file': round(bare / n),
      'ours / bare': round(ours / bare),
      'naive (not synced) ms/file': naive === undefined ? '' : round(naive / n),
      'per file / at 1600': round(ours / n / first),
    })
  }
}

function makeDatabase(root: string, scans: number): void {
  mkdirSync(root)
  writeFileSync(join(root, 'romidb'), '')
  for (let s = 0; s < scans; s++) {
    const scan = join(root, `scan_${String(s).padStart(4, '0')}`)
    mkdirSync(join(scan, 'images'), { recursive: true })
    mkdirSync(join(scan, 'metadata', 'images'), { recursive: true })
    writeFileSync(join(scan, 'metadata', 'metadata.json'), formatJson({ batch: s % 10 }))
    const files = Array.from({ length: 60 }, (_, i) => ({ id: `i${i}`, file: `i${i}.jpg` }))
    for (const [i, { id, file }] of files.entries()) {
      writeFileSync(join(scan, 'images', file), 'x')
      writeFileSync(join(scan, 'metadata', 'images', `${id}.json`), formatJson(metadataOf(i)))
    }
    writeFileSync(join(scan, 'files.json'), formatJson({ filesets: [{ id: 'images', files }] }))
  }
}

/** As ROMI's Python tools open a database: every scan with all its metadata. */
function readEverything(root: string, scans: number): number {
  let read = 0
  for (let s = 0; s < scans; s++) {
    const scan = join(root, `scan_${String(s).padStart(4, '0')}`)
    JSON.parse(readFileSync(join(scan, 'files.json'), 'utf8'))
    for (let i = 0; i < 60; i++, read++)
      JSON.parse(readFileSync(join(scan, 'metadata', 'images', `i${i}.json`), 'utf8'))
  }
  return read
}

async function readOne(root: string): Promise<void> {
  const db = await FSDB.open(root)
  const images = await (await db.getScan('scan_0005')).getFileset('images')
  await images.filesMetadata()
}

async function opening(work: string, report: Parameters<Bench>[0]): Promise<void> {
  const large = join(work, 'large')
  makeDatabase(join(work, 'small'), 10)
  makeDatabase(large, 1_000)
  const rounds = 20
  const atTen = await shortest(rounds, () => readOne(join(work, 'small')))
  const atThousand = await shortest(rounds, () => readOne(large))
  const everything = await shortest(2, () => readEverything(large, 1_000))
  report({
    what: 'open, read one scan of 60 files: 1,000 scans',
    'ours ms': round(atThousand),
    'at 10 scans ms': round(atTen),
    'reading all ms': round(everything),
    'all / ours': round(everything / atThousand),
  })
  const query = await shortest(5, async () => (await FSDB.open(large)).getScans({ batch: 3 }))
  report({
    what: 'getScans with a query over 1,000 scans',
    'ours ms': round(query),
    'reading all ms': round(everything),
    'all / ours': round(everything / query),
  })
  const bulk = await shortest(1, async () => {
    for (const scan of await (await FSDB.open(large)).getScans())
      for (const fileset of await scan.getFilesets()) await fileset.filesMetadata()
  })
  report({
    what: 'all file metadata of 1,000 scans × 60 files',
    'ours ms': round(bulk),
    'reading all ms': round(everything),
    'all / ours': round(everything / bulk),
  })
}

async function digests(work: string, report: Parameters<Bench>[0]): Promise<void> {
  const root = join(work, 'large')
  const paths = Array.from({ length: 6_000 }, (_, i) =>
    join(root, `scan_${String(Math.floor(i / 60)).padStart(4, '0')}`, 'images', `i${i % 60}.jpg`),
  )
  const look = async (db: FSDB): Promise<void> => {
    for (const path of paths) await db.digests.digest(path)
  }
  const first = await FSDB.open(root)
  const hashed = await shortest(1, () => look(first))
  await first.digests.save()
  const loaded = await FSDB.open(root)
  const cold = await shortest(1, () => look(loaded))
  const warm = await shortest(3, () => look(loaded))
  report({
    what: 'digests of 100 scans × 60 files',
    'hashing µs/file': round((hashed * 1000) / paths.length),
    'cache from disk µs/file': round((cold * 1000) / paths.length),
    'cache in memory µs/file': round((warm * 1000) / paths.length),
  })
}

export default async function (report: Parameters<Bench>[0]): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'romi-bench-'))
  try {
    await importing(work, report)
    await opening(work, report)
    await digests(work, report)
  } finally {
    await rm(work, { recursive: true })
  }
}
