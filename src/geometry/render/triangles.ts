// From triangles in space to triangles on the sensor: projected, clipped, snapped to a fine grid.
import { lensOf, type Camera } from '../camera.ts'
import { distort, isStraight, type Lens } from '../lens.ts'
import { fieldOf, viewOf, type RenderFrame } from './field.ts'
import type { LabelledMesh } from '../virtual-plant/labelled-mesh.ts'

/** Snapped coordinates count from the image's corner in this share of a sample's width. */
export const gridPerSample = 256

/** Triangles on the sensor, each turned so that its corners run the same way. */
export interface ScreenTriangles {
  readonly count: number
  /** x0 y0 x1 y1 x2 y2 of each, whole numbers of grid steps. */
  readonly corners: Float64Array
  /** 1 / depth at each corner: what is linear on the sensor (perspective-correct). */
  readonly inverseDepths: Float64Array
  /** Which triangle of the mesh it shows. */
  readonly sources: Uint32Array
}

/** How to project. */
export interface Projection {
  /** Samples along a pixel's side. */
  readonly samples: number
  /** What is nearer than this is cut away. */
  readonly near: number
  /** Leave out what turns its back; only for closed surfaces. */
  readonly cullBacks: boolean
}

/** How far, in pixels, an edge may be drawn from where a lens bends its middle to. */
const straightEnough = 0.05
/** Edges shorter than this, in pixels, are straight behind any lens; longer than that are tried. */
const [shortEdge, longEdge] = [4, 64]

/** Bytes of memory that a thread keeps from one photograph to the next, as memory that is new costs much. */
const LASTING_ARRAYS = 64e6

/** The arrays of the photograph before, to be filled anew. */
let before: Omit<ScreenTriangles, 'count'> | undefined

/** Projects the triangles of a mesh that may be seen. What it gives holds until it is called again. */
export function projected(
  { vertices, triangles }: LabelledMesh,
  camera: Camera,
  projection: Projection,
): ScreenTriangles {
  const lens = lensOf(camera)
  const inCamera = transformed(vertices, camera)
  const screen = new Screen(camera, lens, projection, triangles.length / 3)
  const corner = new Float64Array(9)
  const places = isStraight(lens) ? snappedVertices(inCamera, lens, projection) : undefined
  for (let t = 0; t < triangles.length; t += 3) {
    if (places && screen.addPlaced(places, triangles, t)) continue
    for (let k = 0; k < 3; k++) {
      const v = 3 * triangles[t + k]
      corner[3 * k] = inCamera[v]
      corner[3 * k + 1] = inCamera[v + 1]
      corner[3 * k + 2] = inCamera[v + 2]
    }
    screen.add(corner, t / 3)
  }
  return screen.triangles()
}

/**
 * Where vertices lie on the sensor behind a lens that bends nothing, snapped, and 1 / depth of each; that
 * is 0 of those that are too near.
 */
function snappedVertices(
  inCamera: Float64Array,
  { fx, fy, cx, cy }: Lens,
  { near, samples }: Projection,
): Float64Array {
  const scale = samples * gridPerSample
  const places = new Float64Array(inCamera.length)
  for (let i = 0; i < inCamera.length; i += 3) {
    const depth = inCamera[i + 2]
    if (depth < near) continue
    places[i] = Math.round((fx * (inCamera[i] / depth) + cx) * scale)
    places[i + 1] = Math.round((fy * (inCamera[i + 1] / depth) + cy) * scale)
    places[i + 2] = 1 / depth
  }
  return places
}

function transformed(vertices: Float64Array, { rotmat: r, tvec: t }: Camera): Float64Array {
  const out = new Float64Array(vertices.length)
  for (let i = 0; i < vertices.length; i += 3) {
    const x = vertices[i]
    const y = vertices[i + 1]
    const z = vertices[i + 2]
    out[i] = r[0] * x + r[1] * y + r[2] * z + t[0]
    out[i + 1] = r[3] * x + r[4] * y + r[5] * z + t[1]
    out[i + 2] = r[6] * x + r[7] * y + r[8] * z + t[2]
  }
  return out
}

const screenArrays = (count: number): Omit<ScreenTriangles, 'count'> => ({
  corners: new Float64Array(6 * count),
  inverseDepths: new Float64Array(3 * count),
  sources: new Uint32Array(count),
})

/** Gathers what falls on the sensor. A class, so that its loops work on fields without closures. */
class Screen {
  readonly #camera: Camera
  readonly #lens: Lens
  readonly #straight: boolean
  readonly #field: number
  readonly #view: RenderFrame
  readonly #projection: Projection
  readonly #scale: number
  readonly #bent = new Float64Array(2)
  readonly #xy = new Float64Array(6)
  #count = 0
  #corners: Float64Array
  #inverseDepths: Float64Array
  #sources: Uint32Array

  constructor(camera: Camera, lens: Lens, projection: Projection, expected: number) {
    this.#camera = camera
    this.#lens = lens
    this.#straight = isStraight(lens)
    this.#field = fieldOf(lens)
    this.#view = viewOf(camera, lens)
    this.#projection = projection
    this.#scale = projection.samples * gridPerSample
    const lasting =
      before && before.sources.length >= expected ? before : screenArrays(expected + 64)
    this.#corners = lasting.corners
    this.#inverseDepths = lasting.inverseDepths
    this.#sources = lasting.sources
  }

  triangles(): ScreenTriangles {
    const all = {
      corners: this.#corners,
      inverseDepths: this.#inverseDepths,
      sources: this.#sources,
    }
    before = this.#corners.byteLength < LASTING_ARRAYS ? all : undefined
    return {
      count: this.#count,
      corners: this.#corners.subarray(0, 6 * this.#count),
      inverseDepths: this.#inverseDepths.subarray(0, 3 * this.#count),
      sources: this.#sources.subarray(0, this.#count),
    }
  }

  /**
   * As `add`, of a triangle whose vertices were projected for all triangles that share them.
   * @returns false if one is too near: then it is to be cut
   */
  addPlaced(places: Float64Array, triangles: Uint32Array, first: number): boolean {
    const a = 3 * triangles[first]
    const b = 3 * triangles[first + 1]
    const c = 3 * triangles[first + 2]
    if (places[a + 2] === 0 || places[b + 2] === 0 || places[c + 2] === 0) return false
    const xy = this.#xy
    xy[0] = places[a]
    xy[1] = places[a + 1]
    xy[2] = places[b]
    xy[3] = places[b + 1]
    xy[4] = places[c]
    xy[5] = places[c + 1]
    this.#keep(first / 3, places[a + 2], places[b + 2], places[c + 2])
    return true
  }

  /** Cuts at the near plane (Sutherland and Hodgman, 1974), which leaves up to four corners. */
  add(c: Float64Array, source: number): void {
    const near = this.#projection.near
    const inFront = Number(c[2] >= near) + Number(c[5] >= near) + Number(c[8] >= near)
    if (inFront === 3) return this.#bend(c, source, 0)
    if (inFront === 0) return
    const kept: number[] = []
    for (let k = 0; k < 9; k += 3) {
      const n = (k + 3) % 9
      if (c[k + 2] >= near) kept.push(c[k], c[k + 1], c[k + 2])
      if (c[k + 2] >= near === c[n + 2] >= near) continue
      const f = (near - c[k + 2]) / (c[n + 2] - c[k + 2])
      kept.push(c[k] + f * (c[n] - c[k]), c[k + 1] + f * (c[n + 1] - c[k + 1]), near)
    }
    for (let k = 3; k + 6 <= kept.length; k += 3)
      this.#bend(Float64Array.from([...kept.slice(0, 3), ...kept.slice(k, k + 6)]), source, 0)
  }

  /**
   * Behind a lens that bends, halves the longest edge until all are short. Whether an edge is halved,
   * and where, follows from the edge alone, so that neighbours keep fitting together.
   */
  #bend(c: Float64Array, source: number, depth: number): void {
    if (!this.#straight && depth < 24) {
      if (this.#isAside(c)) return
      const longest = this.#longestBent(c)
      if (longest >= 0) {
        const [a, b] = [3 * longest, (3 * longest + 3) % 9]
        const middle = [0, 1, 2].map((i) => (c[a + i] + c[b + i]) / 2)
        const [first, second] = [c.slice(), c.slice()]
        first.set(middle, b)
        second.set(middle, a)
        this.#bend(first, source, depth + 1)
        this.#bend(second, source, depth + 1)
        return
      }
    }
    this.#place(c, source)
  }

  /** True if it lies to one side of all that the image can show: no need to cut it up. */
  #isAside(c: Float64Array): boolean {
    const { left, right, top, bottom } = this.#view
    const [x0, x1, x2] = [c[0] / c[2], c[3] / c[5], c[6] / c[8]]
    const [y0, y1, y2] = [c[1] / c[2], c[4] / c[5], c[7] / c[8]]
    return (
      Math.max(x0, x1, x2) < left ||
      Math.min(x0, x1, x2) > right ||
      Math.max(y0, y1, y2) < top ||
      Math.min(y0, y1, y2) > bottom
    )
  }

  /** @returns the longest edge that has to be halved, or -1 */
  #longestBent(c: Float64Array): number {
    const { fx, fy } = this.#lens
    let longest = -1
    let most = 0
    for (let k = 0; k < 3; k++) {
      const [a, b] = [3 * k, (3 * k + 3) % 9]
      const [ax, ay] = [c[a] / c[a + 2], c[a + 1] / c[a + 2]]
      const [bx, by] = [c[b] / c[b + 2], c[b + 1] / c[b + 2]]
      const length = Math.hypot(fx * (ax - bx), fy * (ay - by))
      if (length <= most || !this.#isBent(ax, ay, bx, by, length)) continue
      most = length
      longest = k
    }
    return longest
  }

  /** Whether an edge, given by its ends in normalised coordinates, must not be drawn straight. */
  #isBent(ax: number, ay: number, bx: number, by: number, length: number): boolean {
    const shown = Number(this.#isShown(ax, ay)) + Number(this.#isShown(bx, by))
    if (shown < 2) return length > (shown === 1 ? 1 : longEdge)
    if (length < shortEdge || length > longEdge) return length > longEdge
    const { fx, fy } = this.#lens
    const bent = this.#bent
    distort(this.#lens, ax, ay, bent)
    let [x, y] = bent
    distort(this.#lens, bx, by, bent)
    x = (x + bent[0]) / 2
    y = (y + bent[1]) / 2
    distort(this.#lens, (ax + bx) / 2, (ay + by) / 2, bent)
    return Math.hypot(fx * (x - bent[0]), fy * (y - bent[1])) > straightEnough
  }

  /** Beyond its field a polynomial folds back into the image what no lens would show. */
  #isShown(x: number, y: number): boolean {
    return x * x + y * y <= this.#field
  }

  #place(c: Float64Array, source: number): void {
    const { fx, fy, cx, cy } = this.#lens
    const xy = this.#xy
    for (let k = 0; k < 3; k++) {
      let x = c[3 * k] / c[3 * k + 2]
      let y = c[3 * k + 1] / c[3 * k + 2]
      if (!this.#straight) {
        if (!this.#isShown(x, y)) return
        distort(this.#lens, x, y, this.#bent)
        x = this.#bent[0]
        y = this.#bent[1]
      }
      xy[2 * k] = Math.round((fx * x + cx) * this.#scale)
      xy[2 * k + 1] = Math.round((fy * y + cy) * this.#scale)
    }
    this.#keep(source, 1 / c[2], 1 / c[5], 1 / c[8])
  }

  #isOnSensor(): boolean {
    const [x0, y0, x1, y1, x2, y2] = this.#xy
    return (
      Math.max(x0, x1, x2) > 0 &&
      Math.max(y0, y1, y2) > 0 &&
      Math.min(x0, x1, x2) < this.#camera.width * this.#scale &&
      Math.min(y0, y1, y2) < this.#camera.height * this.#scale
    )
  }

  /**
   * Keeps the triangle whose corners on the sensor are in `#xy`, if it may be seen.
   * @param d0 1 / depth at its first corner
   */
  #keep(source: number, d0: number, d1: number, d2: number): void {
    const xy = this.#xy
    const turn = (xy[2] - xy[0]) * (xy[5] - xy[1]) - (xy[3] - xy[1]) * (xy[4] - xy[0])
    // y points down: what is counter-clockwise from outside has a turn below 0 on the sensor
    if (turn === 0 || (turn > 0 && this.#projection.cullBacks) || !this.#isOnSensor()) return
    if (this.#count === this.#sources.length) this.#grow()
    const n = this.#count++
    const isTurned = turn < 0
    const second = isTurned ? 4 : 2
    const third = isTurned ? 2 : 4
    this.#corners[6 * n] = xy[0]
    this.#corners[6 * n + 1] = xy[1]
    this.#corners[6 * n + 2] = xy[second]
    this.#corners[6 * n + 3] = xy[second + 1]
    this.#corners[6 * n + 4] = xy[third]
    this.#corners[6 * n + 5] = xy[third + 1]
    this.#inverseDepths[3 * n] = d0
    this.#inverseDepths[3 * n + 1] = isTurned ? d2 : d1
    this.#inverseDepths[3 * n + 2] = isTurned ? d1 : d2
    this.#sources[n] = source
  }

  #grow(): void {
    const doubled = <T extends Float64Array | Uint32Array>(old: T, copy: T): T => {
      copy.set(old)
      return copy
    }
    this.#corners = doubled(this.#corners, new Float64Array(2 * this.#corners.length))
    this.#inverseDepths = doubled(
      this.#inverseDepths,
      new Float64Array(2 * this.#inverseDepths.length),
    )
    this.#sources = doubled(this.#sources, new Uint32Array(2 * this.#sources.length))
  }
}
