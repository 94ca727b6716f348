// A curve skeleton as files: CurveSkeleton.json.
import type { CurveSkeleton } from '../../src/geometry/skeleton/curve-skeleton.ts'
import { filesetArtifact, io, RomiError, type Json, type JsonObject } from '../../src/index.ts'

const skeletonFileId = 'CurveSkeleton'

/** `CurveSkeleton.json`: `points` (x, y, z each), `lines` (two point numbers each), `radii` and `volumes` if known. */
export const curveSkeleton = filesetArtifact<'curveSkeleton', CurveSkeleton>({
  name: 'curveSkeleton',
  doc: 'the curve skeleton of the plant',
  only: [skeletonFileId],
  read: async (fileset) => parseSkeleton(await io.readJson(fileset.file(skeletonFileId))),
  write: async (skeleton, output) => {
    const bytes = await io.jsonCodec.encode(skeletonJson(skeleton))
    await output.write(skeletonFileId, { bytes, extension: 'json' })
  },
})

function skeletonJson({ points, lines, radii, volumes }: CurveSkeleton): JsonObject {
  return {
    points: inRows(points, 3),
    lines: inRows(lines, 2),
    ...(radii && { radii: Array.from(radii) }),
    ...(volumes && { volumes: Array.from(volumes) }),
  }
}

const inRows = (values: ArrayLike<number>, width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, i) =>
    Array.from({ length: width }, (_, k) => values[width * i + k]),
  )

/** @throws RomiError `task/bad-file` if a line names a point that is not there, or numbers miss */
function parseSkeleton(value: Json): CurveSkeleton {
  const { points, lines, radii, volumes } = value as { [key: string]: unknown } // checked below, key by key
  const places = flat(points, 3, 'points')
  const pairs = flat(lines, 2, 'lines')
  const count = places.length / 3
  const outside = pairs.find((point) => !(Number.isInteger(point) && point >= 0 && point < count))
  if (outside !== undefined)
    throw skeletonDamaged(`a line names point ${outside}, of ${count} there are`)
  const [widths, amounts] = [eachOf(radii, count, 'radii'), eachOf(volumes, count, 'volumes')]
  return {
    points: Float64Array.from(places),
    lines: Uint32Array.from(pairs),
    ...(widths && { radii: widths }),
    ...(amounts && { volumes: amounts }),
  }
}

/** A number for each point, if the file has them. */
function eachOf(values: unknown, count: number, name: string): Float64Array | undefined {
  if (values === undefined) return undefined
  const numbers = flat(inPieces(values), 1, name)
  if (numbers.length !== count)
    throw skeletonDamaged(`it has ${numbers.length} ${name} for ${count} points`)
  return Float64Array.from(numbers)
}

const inPieces = (values: unknown): unknown =>
  Array.isArray(values) ? values.map((value: unknown) => [value]) : values

function flat(rows: unknown, width: number, name: string): number[] {
  const isRow = (row: unknown): row is number[] =>
    Array.isArray(row) && row.length === width && row.every((value) => Number.isFinite(value))
  if (!Array.isArray(rows) || !rows.every(isRow))
    throw skeletonDamaged(
      `${name} is no list of ${width === 1 ? 'numbers' : `${width} numbers each`}`,
    )
  return rows.flat()
}

const skeletonDamaged = (what: string): RomiError =>
  new RomiError('task/bad-file', `${skeletonFileId}.json is damaged: ${what}; make it again`)
