// Kernels that do many pixels with one instruction: WebAssembly, built of `assembly/` by `npm run build`.
import { readFileSync } from 'node:fs'

/** See `assembly/`. Places are bytes of the memory. */
interface Kernels {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): void }
  addDrawn(bytes: number, length: number, columns: number, state: number, room: number): void
  drawTile(
    corners: number,
    inverseDepths: number,
    members: number,
    count: number,
    left: number,
    top: number,
    side: number,
    seen: number,
    nearest: number,
  ): void
  developTile(
    seen: number,
    samples: number,
    side: number,
    width: number,
    height: number,
    sources: number,
    colours: number,
    labels: number,
    counts: number,
    row: number,
    rgb: number,
    open: number,
    shares: number,
    planes: number,
    length: number,
  ): void
  paintBetween(
    values: number,
    across: number,
    width: number,
    rows: number,
    red: number,
    green: number,
    blue: number,
    rgb: number,
  ): void
  packRows(bytes: number, width: number, rows: number, bits: number): void
  unpackRows(bits: number, width: number, rows: number, bytes: number): void
  growRows(
    bits: number,
    words: number,
    height: number,
    chords: number,
    far: number,
    grown: number,
    room: number,
  ): void
  levelRange(bytes: number, length: number, hidden: number): number
  markByWeights(
    bytes: number,
    channels: number,
    pixels: number,
    r: number,
    g: number,
    b: number,
    below: number,
    above: number,
    marks: number,
  ): number
  mixPixels(
    from: number,
    row: number,
    channels: number,
    corners: number,
    parts: number,
    count: number,
    to: number,
    weights: number,
  ): void
  splitPoints(
    x: number,
    y: number,
    z: number,
    order: number,
    low: number,
    high: number,
    leafSize: number,
    node: number,
    axes: number,
    splits: number,
  ): void
  sumDensities(
    points: number,
    count: number,
    leafSize: number,
    axes: number,
    splits: number,
    limit: number,
    sums: number,
  ): void
  claimNear(
    points: number,
    radius: number,
    runs: number,
    runCount: number,
    starts: number,
    nodes: number,
    slots: number,
  ): number
  sumNear(
    points: number,
    normals: number,
    radius: number,
    runs: number,
    runCount: number,
    starts: number,
    nodes: number,
    sums: number,
  ): void
  sphereDistances(sums: number, count: number, values: number): void
  measurePlane(
    inside: number,
    rows: number,
    depth: number,
    stride: number,
    marked: number,
    words: number,
    reach: number,
    spans: number,
    along: number,
    plane: number,
  ): void
  measureAcross(
    planes: number,
    rows: number,
    stride: number,
    marked: number,
    words: number,
    reach: number,
    distances: number,
  ): void
  smoothAcross(
    planes: number,
    scales: number,
    weights: number,
    rows: number,
    depth: number,
    stride: number,
    marked: number,
    words: number,
    to: number,
  ): void
  smoothAlong(
    from: number,
    weights: number,
    rows: number,
    stride: number,
    marked: number,
    words: number,
    nearby: number,
    to: number,
  ): void
}

/** The part that is used: TypeScript knows it among the browser's types alone. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

/** Bytes of a page of WebAssembly's memory. */
const PAGE = 65_536
/** Kernels read and write a little beyond what they are given. */
const MARGIN = 128
/** Bytes that near caches hold; divisible by 3 and by 64, so that pixels come in whole sixteens. */
const STRIP = 98_304

/** Bytes of memory that a thread keeps, as memory only grows: what needs more has its own for a while. */
const LASTING = 33_554_432
/** Bytes that a place of 32 bits can tell. */
const ADDRESSABLE = 2 ** 32

/** Of this thread; made when first asked for, as most runs have nothing to do. */
let compiled: object | undefined
let own: Kernels | undefined
/** For what needs more memory than is kept: there until it is collected, as new memory costs more than to fill it. */
let large: WeakRef<Kernels> | undefined

export interface Workspace {
  readonly kernels: Kernels
  /** All of the memory, to be used until the next workspace is asked for. */
  readonly memory: Uint8Array
  /** Where each part begins: at a multiple of 16. Nobody knows what is in it. */
  readonly places: readonly number[]
}

/**
 * The kernels, with room for parts of so many bytes.
 *
 * @throws Error if they take more than 4 GB together, or there is no room for them
 */
export function workspace(...lengths: readonly number[]): Workspace {
  const places: number[] = []
  let end = MARGIN
  for (const length of lengths) {
    places.push(end)
    end += 16 * Math.ceil(length / 16) + MARGIN
  }
  if (end > ADDRESSABLE)
    throw new Error(
      `this takes ${(end / 1e9).toFixed(1)} GB at once, and WebAssembly has room for 4: give it fewer ` +
        'points, or smaller photographs',
    )
  const kernels = end > LASTING ? largeKernels() : (own ??= newKernels())
  const lacking = Math.ceil((end - kernels.memory.buffer.byteLength) / PAGE)
  if (lacking > 0) kernels.memory.grow(lacking)
  return { kernels, memory: new Uint8Array(kernels.memory.buffer), places }
}

function largeKernels(): Kernels {
  const there = large?.deref()
  if (there) return there
  const made = newKernels()
  large = new WeakRef(made)
  return made
}

function newKernels(): Kernels {
  const built = import.meta.url.endsWith('.ts')
    ? '../../../dist/src/geometry/wasm/kernels.wasm'
    : './kernels.wasm'
  compiled ??= new WebAssembly.Module(readFileSync(new URL(built, import.meta.url)))
  try {
    // Safe: this is what `assembly/` exports.
    return new WebAssembly.Instance(compiled).exports as Kernels
  } catch (cause) {
    throw new Error(
      'no room for a WebAssembly memory, for which V8 reserves 10 GB of addresses, though it uses few ' +
        'of them: raise the limit of virtual memory (ulimit -v), or set ' +
        'NODE_OPTIONS=--disable-wasm-trap-handler, with which it reserves what it uses',
      { cause },
    )
  }
}

/** How many pixels or rows of so many bytes make a strip: what is best worked on at a time. */
export const perStrip = (length: number): number => Math.max(1, Math.floor(STRIP / length))
