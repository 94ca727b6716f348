// The layers of the 3-D view, read from the files of a fileset and reduced to what can be drawn.
import type { Fileset } from '../../fsdb/fileset.ts'
import { reducedMesh } from '../../geometry/mesh/reduce.ts'
import { chainsOf, simplified } from '../../geometry/skeleton/chains.ts'
import { surfaceVoxels } from '../../geometry/voxels/surface.ts'
import { readPointCloud, readTriangleMesh } from '../../io/index.ts'
import type { ReadableFile } from '../../base/file.ts'
import { isJsonObject, type Json, type JsonObject } from '../../base/types.ts'
import type { Skeleton } from '../api.ts'
import { notThere } from '../http/answers.ts'
import { layerFiles } from './filesets.ts'
import { jsonIn } from './json-file.ts'
import { packGeometry } from './packed.ts'
import { volumeIn } from './volume.ts'

/** The kinds that are sent as bytes. */
export type PackedKind = 'mesh' | 'points' | 'voxels'

/**
 * A layer as bytes.
 *
 * @param about the metadata of its file
 * @param most  triangles of a mesh, else vertices
 */
export async function packedLayer(
  file: ReadableFile,
  about: JsonObject,
  kind: PackedKind,
  most: number,
): Promise<Uint8Array> {
  switch (kind) {
    case 'mesh': {
      const mesh = await readTriangleMesh(file)
      const { vertices, triangles } = reducedMesh(mesh, most)
      return packGeometry({ positions: vertices, triangles, before: mesh.vertices.length / 3 })
    }
    case 'points': {
      const { points, colors } = await readPointCloud(file)
      const some = evenlyOf(points.length / 3, most)
      return packGeometry({
        positions: triplesOf(points, some),
        before: points.length / 3,
        ...(colors && { colors: Uint8Array.from(triplesOf(colors, some)) }),
      })
    }
    case 'voxels': {
      const volume = await volumeIn(file, about)
      const surface = surfaceVoxels(volume)
      const some = evenlyOf(surface.length / 3, most)
      return packGeometry({
        positions: triplesOf(surface, some),
        before: surface.length / 3,
        edge: volume.spacing,
      })
    }
  }
}

/** At most this many numbers from 0 on, evenly spread. */
const evenlyOf = (count: number, most: number): number[] =>
  Array.from({ length: Math.min(count, most) }, (_, i) =>
    count <= most ? i : Math.floor((i * count) / most),
  )

/** Three numbers of each of some. */
function triplesOf(values: ArrayLike<number>, some: readonly number[]): Float64Array {
  const found = new Float64Array(3 * some.length)
  some.forEach((at, i) => {
    for (let k = 0; k < 3; k++) found[3 * i + k] = values[3 * at + k]
  })
  return found
}

/** The middle lines of a fileset, as few points as show them. */
export async function skeletonIn(fileset: Fileset): Promise<Skeleton> {
  const told = await jsonIn(fileset, layerFiles.skeleton)
  const { points, lines } = isJsonObject(told) ? told : notThere(`${fileset.id} has no skeleton`)
  const places = rowsIn(points, 3)
  const count = places.length / 3
  const pairs = rowsIn(lines, 2)
  const sound = pairs.every((point) => Number.isInteger(point) && point >= 0 && point < count)
  if (!sound) notThere(`the skeleton of ${fileset.id} is damaged`)
  const tolerance = 0.3 * typicalStep(places, pairs)
  return {
    fileset: fileset.id,
    chains: chainsOf(count, pairs).map((chain) =>
      simplified(places, chain, tolerance).flatMap((p) => places.slice(3 * p, 3 * p + 3)),
    ),
  }
}

/** The median length of lines: about the size of a voxel. */
function typicalStep(points: readonly number[], pairs: readonly number[]): number {
  const steps: number[] = []
  for (let i = 0; i < pairs.length; i += 2) {
    const [a, b] = [3 * pairs[i], 3 * pairs[i + 1]]
    steps.push(
      Math.hypot(
        points[a] - points[b],
        points[a + 1] - points[b + 1],
        points[a + 2] - points[b + 2],
      ),
    )
  }
  steps.sort((a, b) => a - b)
  return steps[steps.length >> 1] ?? 0
}

const rowsIn = (value: Json | undefined, width: number): number[] =>
  Array.isArray(value)
    ? value.flatMap((row: Json) =>
        Array.isArray(row) && row.length === width && row.every((one) => Number.isFinite(one))
          ? (row as number[])
          : [],
      )
    : []
