// Photographs of a labelled mesh: colours, and how much of each pixel each label covers.
import { checkCamera, type Camera } from '../camera.ts'
import type { LabelledMesh } from '../virtual-plant/labelled-mesh.ts'
import { roomLight, shaded, type Colour, type Light } from './shade.ts'
import { drawUpon } from './tiles.ts'
import { projected } from './triangles.ts'

/** How to photograph. */
export interface RenderOptions {
  /** Samples along a pixel's side: their square shares a pixel's value. Default: 4. */
  readonly samples?: number
  readonly light?: Light
  /** What is seen beside the plant: one colour, or an RGB picture of the image's size, which is drawn upon. */
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
  const parts = options.labels === false ? [] : mesh.parts
  const labels = [...new Set(parts.map((part) => part.label))]
  const film = blank(camera, labels, background)
  const labelOf = new Uint8Array(mesh.triangles.length / 3)
  for (const { label, first, count } of parts)
    labelOf.fill(labels.indexOf(label), first, first + count)
  const surface = { colours: shaded(mesh, camera, light), labels: labelOf }
  drawUpon({ ...film, planes: [...film.labels.values()] }, triangles, surface, samples)
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
  const rgb = background instanceof Uint8Array ? background : new Uint8Array(3 * pixels)
  if (rgb.length !== 3 * pixels)
    throw new RangeError(`a background for ${width} × ${height} has ${3 * pixels} values`)
  if (rgb !== background && background.some((value) => value !== 0))
    for (let i = 0; i < rgb.length; i++) rgb[i] = background[i % 3]
  return {
    width,
    height,
    rgb,
    labels: new Map(labels.map((label) => [label, new Uint8Array(pixels)])),
    background: new Uint8Array(pixels).fill(255),
  }
}
