// Lenses as ROMI's tools export them: one with a parameter that nobody measured.
import type { Intrinsics } from './camera.ts'

/** True of what looks like a SIMPLE_RADIAL that ROMI exported: OPENCV with k1 = k2 = k. */
export function isTakenForSimple({ model, params }: Pick<Intrinsics, 'model' | 'params'>): boolean {
  const [fx, fy, , , k1, k2, p1, p2] = params
  return model === 'OPENCV' && fx === fy && k1 === k2 && k1 !== 0 && p1 === 0 && p2 === 0
}

/**
 * A lens as it was measured. ROMI exports SIMPLE_RADIAL (f, cx, cy, k) as OPENCV with k1 = k2 = k;
 * where it looks so, the k2 that nobody measured is left out.
 */
export function asMeasured(stored: Intrinsics): Intrinsics {
  const { width, height, params } = stored
  const [fx, , cx, cy, k1] = params
  return isTakenForSimple(stored)
    ? { model: 'SIMPLE_RADIAL', width, height, params: [fx, cx, cy, k1] }
    : { model: stored.model, width, height, params }
}
