// The principal point of the lens, which COLMAP’s mapper takes to be the middle of the image.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cameraModels, parameterNames, project, type Camera } from '../../src/geometry/camera.ts'
import { pointAt } from '../../src/geometry/linear.ts'
import { io, isRomiError, type TaskContext } from '../../src/index.ts'
import { modelIn, type Built } from './mapping.ts'
import { poseOf } from './placing.ts'
import { option, type Colmap } from './program.ts'

/**
 * The least that the sum of squared errors must fall, in squares of their standard deviation. By
 * chance two unknowns bring 2; matches that are wrong together bring more. Of simulated scans a lens
 * that is 6 pixels off its middle brings 1000, one that is not 4; the published scan brings 310 to 380.
 */
const LEAST_GAIN = 50

/**
 * The same model with the principal point estimated too, and all else anew with it; the given one
 * where that explains what was matched no better, or several lenses took the photographs.
 *
 * Along the axis about which cameras turn around a plant, matches say little of it, and nothing where
 * cameras look level: COLMAP would tilt all cameras instead. So it moves along each axis of the
 * image only if matches demand that.
 *
 * In simulated scans of the published one’s path, with a lens that is 6 pixels off its middle, the
 * plant is 0.13 pixel off where it should be instead of 0.36, root of the mean square over views.
 *
 * @param into a folder for it, which is made here
 */
export async function withPrincipalPoint(
  colmap: Colmap,
  given: Built,
  into: string,
  log: TaskContext['log'],
): Promise<Built> {
  const before = misfitOf(given.model)
  if (!before) return given
  const { count, mean } = before
  const tried = async (from: Built, name: string, isFree: boolean): Promise<Adjustment> => {
    const built = await adjusted(colmap, from, join(into, name), isFree)
    const after = misfitOf(built.model)
    return { built, gain: after ? count * (1 - after.mean / mean) : 0 }
  }
  try {
    const both = await tried(given, 'both', true)
    if (!(both.gain >= LEAST_GAIN)) return given
    const found = principalPointOf(both.built.model)
    const taken = await simplest(both, async (axis) => {
      const point = principalPointOf(given.model)
      point[axis] = found[axis]
      return tried(await withLens(given, point, join(into, `from-${axis}`)), `${axis}`, false)
    })
    tell(taken.model, log)
    return taken
  } catch (error) {
    if (!isRomiError(error, 'task/program-failed')) throw error
    log.warn('COLMAP could not estimate the principal point: the middle of the image is kept')
    return given
  }
}

/** A model, and by how much it explains matches better than the given one. */
interface Adjustment {
  readonly built: Built
  readonly gain: number
}

/** Across the image, then down: where one of them explains matches as well as both, it alone. */
async function simplest(
  both: Adjustment,
  along: (axis: 0 | 1) => Promise<Adjustment>,
): Promise<Built> {
  for (const axis of [0, 1] as const) {
    const one = await along(axis)
    if (one.gain >= both.gain - LEAST_GAIN) return one.built
  }
  return both.built
}

/** A model adjusted to its matches. */
async function adjusted(
  colmap: Colmap,
  { folder, model }: Built,
  into: string,
  isFree: boolean,
): Promise<Built> {
  await mkdir(into, { recursive: true })
  await colmap.run('bundle_adjuster', [
    option('input_path', folder),
    option('output_path', into),
    option('BundleAdjustment.refine_principal_point', isFree),
  ])
  const names = new Map(model.images.map(({ id, name }) => [id, name]))
  return modelIn(into, ({ id, name }) => names.get(id) ?? name)
}

/** A model whose lens has another principal point, in a folder of its own. */
async function withLens(
  { model }: Built,
  [x, y]: readonly [number, number],
  folder: string,
): Promise<Built> {
  const [lens] = model.cameras
  const names = parameterNames(lens.model)
  const params = lens.params.map((value, i) =>
    names[i] === 'cx' ? x : names[i] === 'cy' ? y : value,
  )
  const moved = { ...model, cameras: [{ ...lens, params }] }
  await mkdir(folder, { recursive: true })
  for (const [name, bytes] of Object.entries(await io.encodeColmapModel(moved)))
    await writeFile(join(folder, name), bytes)
  return { folder, model: moved }
}

function tell(model: io.ColmapModel, log: TaskContext['log']): void {
  const [lens] = model.cameras
  const [x, y] = principalPointOf(model)
  const off = Math.hypot(x - lens.width / 2, y - lens.height / 2)
  log.info(
    `the lens has its principal point at ${x.toFixed(1)}, ${y.toFixed(1)}, ${off.toFixed(1)} pixels ` +
      'off the middle of the image',
  )
}

/** Of the one lens of a model. */
function principalPointOf({ cameras: [lens] }: io.ColmapModel): [number, number] {
  const names = parameterNames(lens.model)
  return [lens.params[names.indexOf('cx')], lens.params[names.indexOf('cy')]]
}

/** How well a model explains what was matched. */
interface Misfit {
  /** Of the squared distances, across and down, in pixels. */
  readonly mean: number
  /** How many there are. */
  readonly count: number
}

/** Undefined of several lenses, of one that is not known here, and where nothing was matched. */
function misfitOf({ cameras, images, points3D }: io.ColmapModel): Misfit | undefined {
  const [lens, ...others] = cameras
  const model = cameraModels.find((name) => name === lens.model)
  if (others.length > 0 || !model) return undefined
  const rows = new Map(Array.from(points3D.ids, (id, row) => [id, row]))
  let [sum, count] = [0, 0]
  for (const image of images) {
    const camera: Camera = { ...lens, model, ...poseOf(image) }
    for (const [i, id] of image.point3DIds.entries()) {
      const row = rows.get(id)
      const pixel = row === undefined ? undefined : project(camera, pointAt(points3D.xyz, row))
      if (!pixel) continue
      sum += (pixel[0] - image.xys[2 * i]) ** 2 + (pixel[1] - image.xys[2 * i + 1]) ** 2
      count += 2
    }
  }
  return count > 0 ? { mean: sum / count, count } : undefined
}
