// What people are told of a reconstruction: photographs without a pose, models that do not fit.
import { RomiError, type io, type TaskContext } from '../../src/index.ts'
import { distanceOf, type Photograph } from '../artifacts/reconstruction.ts'
import { misfits } from './placing.ts'
import type { TakenPhotograph } from './survey.ts'

type RemarkLog = TaskContext['log']

/** Names photographs whose pose is missing or wrong, and says how well the others fit. */
export function tellRemarks(
  model: io.ColmapModel,
  photographs: readonly Photograph[],
  features: ReadonlyMap<string, number>,
  log: RemarkLog,
): void {
  const lost = photographs.filter(({ estimated }) => !estimated)
  if (lost.length > 0)
    log.warn(
      `no pose was found for ${lost.length} of ${photographs.length} photographs, which are left ` +
        `out: ${shortNames(lost.map(({ name }) => `${name} (${features.get(name) ?? 0} features)`))}`,
    )
  const wrong = photographs.filter(({ estimated, isCorrect }) => estimated && !isCorrect)
  if (wrong.length > 0)
    log.warn(
      `${wrong.length} poses are farther from the scanner’s than distance_threshold, and ` +
        `marked as incorrect: ${listOfPhotographs(wrong)}`,
    )
  const { errors } = model.points3D
  const error = errors.reduce((sum, value) => sum + value, 0) / errors.length
  const distances = photographs.map(distanceOf).filter((distance) => distance !== undefined)
  const mean = distances.reduce((sum, value) => sum + value, 0) / distances.length
  log.info(
    `${photographs.length - lost.length} of ${photographs.length} photographs have a pose; ` +
      `${errors.length} points, reprojection error ${error.toFixed(3)} pixel` +
      (distances.length > 0 ? `; ${mean.toFixed(2)} from the scanner’s poses in the mean` : ''),
  )
}

/** Tells that no model fits the scanner's poses, and by how much which photographs are off. */
export function notAligned(
  models: readonly { readonly model: io.ColmapModel }[],
  taken: readonly TakenPhotograph[],
  maxError: number,
): RomiError {
  const [largest] = [...models].sort((a, b) => b.model.images.length - a.model.images.length)
  const off = misfits(largest.model, positionsOf(taken))
  const worst = off.map(({ name, distance }) => `${name} (${distance.toFixed(0)} off)`)
  const what =
    off.length === 0
      ? 'the scanner’s poses lie on one line, or are fewer than three'
      : `fitted to all of them, ${shortNames(worst)}`
  return new RomiError(
    'task/not-aligned',
    `COLMAP’s poses do not fit those of the scanner to within alignment_max_error = ` +
      `${maxError}: ${what}. Check "approximate_pose" of these photographs; raise the parameter if ` +
      'the scanner is no better than that; or set align_pcd = false',
  )
}

/** Where the scanner says that photographs were taken, by their names. */
export const positionsOf = (taken: readonly TakenPhotograph[]) =>
  new Map(taken.flatMap(({ name, scanner }) => (scanner ? [[name, scanner] as const] : [])))

/** Photographs with how far each is off. */
export const listOfPhotographs = (photographs: readonly Photograph[]): string =>
  shortNames(
    photographs.map((photograph) => {
      const distance = distanceOf(photograph)
      return `${photograph.name} (${distance === undefined ? 'no pose' : `${distance.toFixed(1)} off`})`
    }),
  )

/** The first ten of a list. */
function shortNames(items: readonly string[]): string {
  const more = items.length - 10
  return items.slice(0, 10).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
