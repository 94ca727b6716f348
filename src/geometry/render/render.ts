// Photographs of a labelled mesh: colours, and how much of each pixel each label covers.
import { roundedByte } from '../bytes.ts'
import { checkCamera, type Camera } from '../camera.ts'
import type { LabelledMesh } from '../virtual-plant/labelled-mesh.ts'
import { roomLight, shaded, type Colour, type Light } from './shade.ts'
import { drawTiles, tileSide, type Tile } from './tiles.ts'
import { projected } from './triangles.ts'

/** How to photograph. */
export interface RenderOptions {
  /** Samples along a pixel's side: their square shares a pixel's value. Default: 4. */
  readonly samples?: number
  readonly light?: Light
  /** What is seen beside the plant: one colour, or an RGB picture of the image's size. */
  readonly background?: Colour | Uint8Array
  /** What is nearer to the camera's plane is cut away; default: a 10 000th of the furthest point. */
  readonly near?: number
  /** True for closed surfaces, whose backs are never seen: twice as fast. Default: false. */
  readonly closed?: boolean
  /** False where nobody asks how much of each pixel shows which label. Default: true. */
  readonly labels?: boolean
}

/** A photograph, with the truth of what each pixel shows. */
export interface RenderedView {
  readonly width: number
  readonly height: number
  /** Red, green, blue of each pixel, in rows from the top. */
  readonly rgb: Uint8Array
  /** For each label in the mesh's order, how much of each pixel shows it: 0 … 255; none if not asked for. */
  readonly labels: ReadonlyMap<string, Uint8Array>
  /** How much of each pixel shows nothing of the mesh: 0 … 255. */
  readonly background: Uint8Array
}

/**
 * Photographs a mesh: perspective-correct, nearest surface first, anti-aliased.
 *
 * A pixel (i, j) covers i … i + 1, j … j + 1 of the camera's coordinates. The shares of its labels
 * and of the background are counted in samples and rounded to 255ths each.
 *
 * @throws RangeError if the camera or the options are none
 * Cost: about one step a triangle and one a sample covered; nothing for tiles without triangles.
 */
export function photographed(
  mesh: LabelledMesh,
  camera: Camera,
  options: RenderOptions = {},
): RenderedView {
  checkCamera(camera)
  const { samples = 4, light = roomLight, background = [0, 0, 0], closed = false } = options
  if (!(Number.isInteger(samples) && samples >= 1 && samples <= 16))
    throw new RangeError(`a pixel has 1 to 16 samples along its side, not ${samples}`)
  const near = options.near ?? defaultNear(mesh, camera)
  const triangles = projected(mesh, camera, { samples, near, cullBacks: closed })
  const labels = options.labels === false ? [] : mesh.parts.map((part) => part.label)
  const film = blank(camera, [...new Set(labels)], background)
  const develop = developer(mesh, triangles.sources, shaded(mesh, camera, light), samples, film)
  drawTiles(triangles, camera.width, camera.height, samples, develop)
  return film
}

function defaultNear({ vertices }: LabelledMesh, { rotmat: r, tvec: t }: Camera): number {
  let furthest = 0
  for (let i = 0; i < vertices.length; i += 3) {
    const z = r[6] * vertices[i] + r[7] * vertices[i + 1] + r[8] * vertices[i + 2] + t[2]
    if (z > furthest) furthest = z
  }
  return Math.max(1e-4 * furthest, Number.MIN_VALUE)
}

function blank(
  camera: Camera,
  labels: readonly string[],
  background: Colour | Uint8Array,
): RenderedView {
  const { width, height } = camera
  const pixels = width * height
  const rgb = new Uint8Array(3 * pixels)
  if (background instanceof Uint8Array) {
    if (background.length !== rgb.length)
      throw new RangeError(`a background for ${width} × ${height} has ${rgb.length} values`)
    rgb.set(background)
  } else if (background.some((value) => value !== 0)) {
    for (let i = 0; i < rgb.length; i++) rgb[i] = background[i % 3]
  }
  return {
    width,
    height,
    rgb,
    labels: new Map(labels.map((label) => [label, new Uint8Array(pixels)])),
    background: new Uint8Array(pixels).fill(255),
  }
}

/** @returns what turns the samples of a tile into the pixels of a photograph */
function developer(
  mesh: LabelledMesh,
  sources: Uint32Array,
  colours: Float32Array,
  samples: number,
  film: RenderedView,
): (tile: Tile) => void {
  const planes = [...film.labels.values()]
  const labels = [...film.labels.keys()]
  const labelOf = new Uint8Array(mesh.triangles.length / 3)
  if (planes.length > 0)
    for (const part of mesh.parts)
      labelOf.fill(labels.indexOf(part.label), part.first, part.first + part.count)
  const counts = new Uint32Array(Math.max(1, planes.length))
  const perPixel = samples * samples
  const side = tileSide * samples
  return ({ x, y, width, height, seen }) => {
    for (let j = 0; j < height; j++) {
      for (let i = 0; i < width; i++) {
        let [red, green, blue, covered] = [0, 0, 0, 0]
        for (let b = 0; b < samples; b++) {
          const row = (j * samples + b) * side + i * samples
          for (let at = row; at < row + samples; at++) {
            if (seen[at] === 0) continue
            const source = sources[seen[at] - 1]
            covered++
            counts[labelOf[source]]++
            red += colours[3 * source]
            green += colours[3 * source + 1]
            blue += colours[3 * source + 2]
          }
        }
        if (covered === 0) continue
        const pixel = (y + j) * film.width + x + i
        const open = perPixel - covered
        const { rgb } = film
        const p = 3 * pixel
        rgb[p] = roundedByte((red + open * rgb[p]) / perPixel)
        rgb[p + 1] = roundedByte((green + open * rgb[p + 1]) / perPixel)
        rgb[p + 2] = roundedByte((blue + open * rgb[p + 2]) / perPixel)
        film.background[pixel] = roundedByte((255 * open) / perPixel)
        for (let k = 0; k < planes.length; k++) {
          if (counts[k] === 0) continue
          planes[k][pixel] = roundedByte((255 * counts[k]) / perPixel)
          counts[k] = 0
        }
      }
    }
  }
}
