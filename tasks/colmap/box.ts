// The box that holds the plant, from whoever says it.
import {
  along,
  boundsOf,
  subtract,
  type Bounds as Space,
  type Vec3,
} from '../../src/geometry/linear.ts'
import { RomiError, type Box, type InputFileset, type io, type Json } from '../../src/index.ts'

/** The metadata that may tell it. */
export const boxReads = {
  fileset: ['workspace', 'bounding_box'],
  scan: ['workspace', 'scanner'],
} as const

/**
 * The box of a scan: the parameter, else the workspace of the photographs, else that of the scan or
 * of its scanner.
 */
export function givenBox(given: Box | undefined, photographs: InputFileset): Box | undefined {
  if (given) return given
  const { fileset, scan } = boxReads
  const scanner = photographs.scanMetadata(scan[1])
  const candidates: readonly (Json | undefined)[] = [
    ...fileset.map((key) => photographs.metadata(key)),
    photographs.scanMetadata(scan[0]),
    (scanner as { readonly workspace?: Json } | null | undefined)?.workspace,
  ]
  return candidates.map(boxIn).find((box) => box !== undefined)
}

function boxIn(value: Json | undefined): Box | undefined {
  if (typeof value !== 'object' || value === null || !('x' in value)) return undefined
  const [x, y, z] = ['x', 'y', 'z'].map((axis) => {
    const bounds = (value as Readonly<Record<string, unknown>>)[axis]
    if (!Array.isArray(bounds) || bounds.length !== 2 || !bounds.every(Number.isFinite))
      throw new RomiError(
        'task/wrong-metadata',
        `the workspace ${JSON.stringify(value)} in the metadata has no lower and upper bound for ` +
          `${axis}: mend it, or give bounding_box`,
      )
    const [low, high] = bounds.map(Number)
    return [Math.min(low, high), Math.max(low, high)] as const
  })
  return { x, y, z }
}

/** Which points lie in a box. */
function pointsInside({ x, y, z }: Box, points: Float64Array): number[] {
  const found: number[] = []
  for (let i = 0; i < points.length / 3; i++) {
    const [px, py, pz] = [points[3 * i], points[3 * i + 1], points[3 * i + 2]]
    if (px >= x[0] && px <= x[1] && py >= y[0] && py <= y[1] && pz >= z[0] && pz <= z[1])
      found.push(i)
  }
  return found
}

/** The points of a cloud that lie in a box. */
export function cropped({ points, normals, colors }: io.PointCloud, box: Box): io.PointCloud {
  const kept = pointsInside(box, points)
  const taken = <T extends Float64Array | Uint8Array>(of: T, into: T): T => {
    kept.forEach((from, to) => into.set(of.subarray(3 * from, 3 * from + 3), 3 * to))
    return into
  }
  return {
    points: taken(points, new Float64Array(3 * kept.length)),
    ...(normals && { normals: taken(normals, new Float64Array(3 * kept.length)) }),
    ...(colors && { colors: taken(colors, new Uint8Array(3 * kept.length)) }),
  }
}

/** A box around points, 5 % of its width wider on each side, to whole numbers. */
export function boxAround(points: Float64Array): Box {
  const { min, max } = boundsOf(points)
  const width = subtract(max, min)
  return wholeNumbers({ min: along(min, width, -0.05), max: along(max, width, 0.05) })
}

/** What two boxes share; where they share nothing, a box that holds nothing. */
export function overlap(a: Box, b: Box): Box {
  const [x, y, z] = (['x', 'y', 'z'] as const).map((axis): [number, number] => [
    Math.max(a[axis][0], b[axis][0]),
    Math.min(a[axis][1], b[axis][1]),
  ])
  return { x, y, z }
}

/** A box in space, widened to whole numbers. */
export function wholeNumbers({ min, max }: Space): Box {
  const [x, y, z] = min.map((low, axis): [number, number] => [
    Math.floor(low),
    Math.ceil(max[axis]),
  ])
  return { x, y, z }
}

/** The middle of a box. */
export const boxCentre = ({ x, y, z }: Box): Vec3 => [
  (x[0] + x[1]) / 2,
  (y[0] + y[1]) / 2,
  (z[0] + z[1]) / 2,
]
