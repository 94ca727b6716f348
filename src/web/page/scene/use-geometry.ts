// Asking for a mesh, points or voxels.
import { address, getAnswer, withQuery } from '../data/fetch.ts'
import type { LoadedAnswer } from '../data/loaded.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { parseGeometry, type Geometry } from './geometry-format.ts'

/** @param fileset undefined asks nothing */
export const useGeometry = (
  scan: string,
  kind: 'mesh' | 'points' | 'voxels',
  fileset: string | undefined,
): LoadedAnswer<Geometry> =>
  useLoaded(fileset && `${scan}/${kind}/${fileset}`, async (signal) => {
    const answer = await getAnswer(withQuery(address('plants', scan, kind), { fileset }), signal)
    return parseGeometry(await answer.arrayBuffer())
  })
