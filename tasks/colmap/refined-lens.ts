// What matches tell of the lens beyond what COLMAP’s mapper estimates, once all poses are found.
import { cameraModels } from '../../src/geometry/camera.ts'
import { isRomiError, type TaskContext } from '../../src/index.ts'
import { withSecondCoefficient } from './distortion.ts'
import type { Built } from './mapping.ts'
import type { ColmapParams } from './params.ts'
import { withPrincipalPoint } from './principal-point.ts'
import type { Colmap } from './program.ts'
import type { Survey } from './survey.ts'

type LensWishes = Pick<ColmapParams, 'refine_distortion' | 'refine_principal_point'>

/** Whether there is something of the lens to estimate: a calibrated one is as it is. */
export const isLensRefined = ({ lens }: Pick<Survey, 'lens'>, wishes: LensWishes): boolean =>
  !lens && (wishes.refine_distortion || wishes.refine_principal_point)

/**
 * The same model with more of its lens estimated, and all else anew with it; the given one where
 * nothing explains matches clearly better, or several lenses took the photographs.
 *
 * Distortion comes first: it is even about the middle, and what is then told of the principal point
 * is told with it, and tells of it again.
 *
 * @param into a folder for it, which is made here
 */
export async function withRefinedLens(
  colmap: Colmap,
  given: Built,
  wishes: LensWishes,
  into: string,
  log: TaskContext['log'],
): Promise<Built> {
  const [{ model }, ...others] = given.model.cameras
  if (others.length > 0 || !cameraModels.some((name) => name === model)) return given
  let refined = given
  if (wishes.refine_distortion)
    refined = await orGiven(refined, withSecondCoefficient, 'k2 of the lens: it is taken to be 0')
  if (wishes.refine_principal_point)
    refined = await orGiven(
      refined,
      withPrincipalPoint,
      'the principal point: the middle of the image is kept',
    )
  return refined

  async function orGiven(
    before: Built,
    refine: typeof withPrincipalPoint,
    what: string,
  ): Promise<Built> {
    try {
      return await refine(colmap, before, into, log)
    } catch (error) {
      if (!isRomiError(error, 'task/program-failed')) throw error
      log.warn(`COLMAP could not estimate ${what}`)
      return before
    }
  }
}
