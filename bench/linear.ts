// Parsing in doubled sizes: a time that more than doubles would let a small file keep the program.
import { npyCodec } from '../src/io/npy.ts'
import { objCodec } from '../src/io/obj/index.ts'
import { csvCodec } from '../src/io/csv.ts'
import { colmapPointsCodec } from '../src/io/colmap/index.ts'
import { pointCloudCodec } from '../src/io/ply/index.ts'
import { Remarks } from '../src/pipeline/diagnostic.ts'
import { readDocument } from '../src/pipeline/document.ts'
import { findPlaces } from '../src/pipeline/places.ts'
import { round, shortest, type Bench } from './bench.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')
const npy = (shape: string, numbers: number) => {
  const text = `{'descr': '|u1', 'fortran_order': True, 'shape': (${shape}), }\n`
  const head = Buffer.from(`\x93NUMPY\x02\0\0\0\0\0${text}`, 'latin1')
  head.writeUInt32LE(text.length, 8)
  return Buffer.concat([head, Buffer.alloc(numbers)])
}
const parse = (text: string) => readDocument(text, 'p.toml', [], new Remarks())

/** What is parsed, and how, of `n` characters or so; it may be refused, but soon. */
const cases: Readonly<Record<string, (n: number) => () => unknown>> = {
  'TOML, a header that does not end': (n) => {
    const text = `x = """\n[${' '.repeat(n)}\n"""\nx = 1\n`
    return () => parse(text)
  },
  'TOML, a key without a value': (n) => {
    const text = `a = 1\n${' '.repeat(n)}a = 2\n`
    return () => parse(text)
  },
  'TOML, places of dotted keys': (n) => {
    const text = `${'a.'.repeat(n / 2)}a = 1\n`
    return () => findPlaces(text)
  },
  'TOML, places of nested lists': (n) => {
    // as deep as they may stand, side by side
    const text = `a = [${`${'['.repeat(100)}${']'.repeat(100)},`.repeat(n / 201)}]\n`
    return () => findPlaces(text)
  },
  'NPY, axes': (n) => {
    const file = npy('1,'.repeat(n / 2), 1)
    return () => Promise.resolve(npyCodec.decode(file, 'x')).catch(() => undefined)
  },
  'NPY, Fortran order': (n) => {
    const file = npy(`2, 2, 2, ${Math.floor(n / 8)}`, 8 * Math.floor(n / 8))
    return () => npyCodec.decode(file, 'x')
  },
  'PLY, text': (n) => {
    const rows = '0.5 1 2\n'.repeat(n / 8)
    const head = `ply\nformat ascii 1.0\nelement vertex ${Math.floor(n / 8)}\n`
    const axes = 'property float x\nproperty float y\nproperty float z\n'
    const file = bytes(`${head}${axes}end_header\n${rows}`)
    return () => pointCloudCodec.decode(file, 'x')
  },
  'OBJ, one face': (n) => {
    const file = bytes(`v 0 0 0\nv 1 0 0\nv 0 1 0\nf${' 1 2 3'.repeat(n / 6)}\n`)
    return () => objCodec.decode(file, 'x')
  },
  'CSV, quotes': (n) => {
    const file = bytes(`a,b\n"${'""'.repeat(n / 2)}",\n`)
    return () => csvCodec.decode(file, 'x')
  },
  'COLMAP, text': (n) => {
    const file = bytes('9 1 2 3 3 1 30 0.25 5 1\n'.repeat(n / 24))
    return () => colmapPointsCodec().decode(file, 'x')
  },
}

/** Characters of the smallest; then twice as many, and so on. */
const [from, doublings] = [1 << 17, 4]

const bench: Bench = async (report) => {
  for (const [what, make] of Object.entries(cases)) {
    let before: number | undefined
    for (let size = from; size < from << doublings; size *= 2) {
      const ms = await shortest(3, make(size))
      report({ what, size, ms: round(ms), 'times that of half': before ? round(ms / before) : '' })
      before = ms
    }
  }
}

export default bench
