// The second coefficient of radial distortion, which COLMAP’s SIMPLE_RADIAL does not have.
import { join } from 'node:path'
import type { TaskContext } from '../../src/index.ts'
import { adjusted, gainOf, LEAST_GAIN, withLens } from './adjusting.ts'
import type { Built } from './mapping.ts'
import type { Colmap } from './program.ts'

/**
 * The same model with k2 estimated too, and all else anew with it: SIMPLE_RADIAL becomes RADIAL. The
 * given one where that explains what was matched hardly better, or its lens is none of this kind.
 *
 * @param into a folder for it, which is made here
 */
export async function withSecondCoefficient(
  colmap: Colmap,
  given: Built,
  into: string,
  log: TaskContext['log'],
): Promise<Built> {
  const [{ model, params }] = given.model.cameras
  if (model !== 'SIMPLE_RADIAL') return given
  const radial = { model: 'RADIAL', params: [...params, 0] } as const
  const from = await withLens(given, radial, join(into, 'from-distortion'))
  const found = await adjusted(colmap, from, join(into, 'distortion'))
  // adjusted as far: what another round explains better is not explained by k2
  const without = await adjusted(colmap, given, join(into, 'no-distortion'))
  if (!(gainOf(found.model, without.model) >= LEAST_GAIN)) return given
  const k2 = found.model.cameras[0].params[4]
  log.info(`the lens has a second coefficient of radial distortion, k2 = ${k2.toFixed(3)}`)
  return found
}
