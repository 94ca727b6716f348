// A model adjusted to its matches by COLMAP, and how well it explains them.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cameraModels, project, type Camera } from '../../src/geometry/camera.ts'
import { pointAt } from '../../src/geometry/linear.ts'
import { io } from '../../src/index.ts'
import { modelIn, type Built } from './mapping.ts'
import { poseOf } from './placing.ts'
import { option, type Colmap } from './program.ts'

/**
 * The least that the sum of squared errors must fall for what is estimated of a lens to be taken, in
 * squares of their standard deviation. By chance two unknowns bring 2; matches that are wrong together
 * bring more. Of simulated scans a lens that is 6 pixels off its middle brings 1000, one that is not 4;
 * the published scan brings 310 to 380.
 */
export const LEAST_GAIN = 50

/** A model, and by how much it explains matches better than another, as `LEAST_GAIN` counts. */
export interface Adjustment {
  readonly built: Built
  readonly gain: number
}

/** By how much one model explains matches better than another; 0 where that cannot be told. */
export function gainOf(model: io.ColmapModel, over: io.ColmapModel): number {
  const [before, after] = [misfitOf(over), misfitOf(model)]
  return before && after ? before.count * (1 - after.mean / before.mean) : 0
}

/**
 * A model adjusted to its matches.
 *
 * @param into a folder for it, which is made here
 * @param isFree whether the principal point moves, too
 */
export async function adjusted(
  colmap: Colmap,
  { folder, model }: Built,
  into: string,
  isFree = false,
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

/** A model with another lens, in a folder of its own. */
export async function withLens(
  { model }: Built,
  lens: Pick<io.ColmapCamera, 'model' | 'params'>,
  folder: string,
): Promise<Built> {
  const changed = { ...model, cameras: [{ ...model.cameras[0], ...lens }] }
  await mkdir(folder, { recursive: true })
  for (const [name, bytes] of Object.entries(await io.encodeColmapModel(changed)))
    await writeFile(join(folder, name), bytes)
  return { folder, model: changed }
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
