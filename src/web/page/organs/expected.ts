// The angle that most plants keep between successive organs.
import type { Organs } from '../../api.ts'

/** The golden angle in degrees, as the genetic spiral winds; undefined where it is not known. */
export function expectedAngle(spiral: Organs['spiral']): number | undefined {
  if (spiral === undefined || spiral === 'undetermined') return undefined
  return spiral === 'clockwise' ? 360 - 137.5 : 137.5
}
