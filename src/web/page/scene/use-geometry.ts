// Asking for a mesh, points or voxels.
import { address, getAnswer, withQuery } from '../data/fetch.ts'
import type { LoadedAnswer } from '../data/loaded.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { parseGeometry, type Geometry } from './geometry-format.ts'

/** The address of a shape. */
export const geometryAddress = (
  scan: string,
  kind: 'mesh' | 'points' | 'voxels',
  fileset: string,
  most?: number,
): string => withQuery(address('plants', scan, kind), { fileset, most })

/**
 * @param fileset undefined asks nothing
 * @param most    triangles of a mesh, else points; undefined: as many as the server sends
 */
export const useGeometry = (
  scan: string,
  kind: 'mesh' | 'points' | 'voxels',
  fileset: string | undefined,
  most?: number,
): LoadedAnswer<Geometry> =>
  useLoaded(fileset && `${scan}/${kind}/${fileset}`, async (signal) => {
    // Safe: without a fileset nothing is asked.
    const answer = await getAnswer(geometryAddress(scan, kind, fileset!, most), signal)
    return parseGeometry(await answer.arrayBuffer())
  })
