// Which photographs have a pose that can be believed, and whether enough of them do.
import { centreOf } from '../../src/geometry/camera.ts'
import { meanOf, type Vec3 } from '../../src/geometry/linear.ts'
import { widestBlindGroup } from '../../src/geometry/poses/blind-angle.ts'
import { RomiError, type io } from '../../src/index.ts'
import { distanceOf, type Photograph } from '../artifacts/reconstruction.ts'
import { poseOf } from './placing.ts'
import { listOfPhotographs } from './remarks.ts'
import type { TakenPhotograph } from './survey.ts'

/** What the parameters of Colmap demand of poses. */
interface Demands {
  readonly max_blind_angle: number
  readonly min_registered: number
}

/**
 * Holds each pose against the scanner's.
 *
 * @param threshold a pose this far off is wrong; 0: none is
 */
export function judged(
  photographs: readonly TakenPhotograph[],
  { images }: io.ColmapModel,
  threshold: number,
): Photograph[] {
  const byName = new Map(images.map((image) => [image.name, image]))
  return photographs.map(({ ref, name, scanner }) => {
    const image = byName.get(name)
    const estimated = image && centreOf(poseOf(image))
    const known = { ref, name, ...(scanner && { scanner }), ...(estimated && { estimated }) }
    const distance = distanceOf({ ...known, isCorrect: true })
    const isNear = threshold === 0 || distance === undefined || distance < threshold
    return { ...known, isCorrect: estimated !== undefined && isNear }
  })
}

/**
 * Where the plant cannot be seen, because neighbouring photographs have no pose, or a wrong one.
 *
 * @throws RomiError `task/too-few-poses`, `task/blind-angle`
 */
export function checkPoses(
  photographs: readonly Photograph[],
  middle: Vec3 | undefined,
  { max_blind_angle, min_registered }: Demands,
): void {
  const lost = photographs.filter(({ estimated }) => !estimated)
  const registered = photographs.length - lost.length
  if (registered < min_registered * photographs.length)
    throw new RomiError(
      'task/too-few-poses',
      `COLMAP found a pose for ${registered} of ${photographs.length} photographs only, not for ` +
        `${listOfPhotographs(lost)}; ${advice}, or lower min_registered`,
    )
  const places = photographs.map(({ scanner, estimated }) => scanner ?? estimated)
  const seen = photographs.filter((_, i) => places[i])
  const known = places.filter((place) => place !== undefined)
  const centre = middle ?? meanOf(known)
  const group = widestBlindGroup(
    known.map(([x, y]) => (Math.atan2(y - centre[1], x - centre[0]) * 180) / Math.PI),
    seen.map(({ isCorrect }) => isCorrect),
  )
  // one photograph alone is never too much: their steps may be wider than that angle
  if (!group || group.views.length < 2 || group.angle <= max_blind_angle + rounding) return
  const wrong = group.views.map((view) => seen[view])
  throw new RomiError(
    'task/blind-angle',
    `${wrong.length} neighbouring photographs have no pose that could be right, ${listOfPhotographs(wrong)}: ` +
      `a blind angle of ${group.angle.toFixed(0)}°, more than max_blind_angle = ` +
      `${max_blind_angle}; ${advice}, or raise max_blind_angle, or distance_threshold if their ` +
      'distances are no mistakes',
  )
}

/** In degrees: sums of equal steps end beside a round limit. */
const rounding = 1e-6

const advice =
  'look at these photographs: if they are sharp, put things with texture around the plant, take ' +
  'smaller steps, or try matcher = "exhaustive"'
