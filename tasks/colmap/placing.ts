// Puts a model into the scanner's frame, and tells which of its poses can be believed.
import { centreOf, type Pose } from '../../src/geometry/camera.ts'
import type { Vec3 } from '../../src/geometry/linear.ts'
import { fitSimilarity } from '../../src/geometry/poses/alignment.ts'
import { quaternionOf, rotationOf } from '../../src/geometry/poses/quaternion.ts'
import {
  identity,
  applySimilarity,
  movedPose,
  type Similarity,
} from '../../src/geometry/poses/similarity.ts'
import type { io } from '../../src/index.ts'

/** A model with what brings it into the scanner's frame. */
export interface Placed<M> {
  readonly of: M
  readonly similarity: Similarity
  /** How many of its images come near enough to where the scanner says. */
  readonly fitting: number
}

/** The pose of an image of a model. */
export const poseOf = ({ qvec, tvec }: io.ColmapImage): Pose => ({
  rotmat: rotationOf(qvec),
  tvec,
})

/**
 * The model that holds the most photographs where the scanner says that they are.
 *
 * COLMAP starts a new model where it cannot go on with one. ROMI takes the first, whatever it holds.
 *
 * @param positions by the names of images; empty: the models stay in their own frames
 * @param maxError  how far a position may be off and still count
 * @returns undefined if no model can be brought to more than half of its positions
 */
export function bestPlaced<M extends { readonly model: io.ColmapModel }>(
  models: readonly M[],
  positions: ReadonlyMap<string, Vec3>,
  maxError: number,
): Placed<M> | undefined {
  const placed = models.flatMap((of): Placed<M>[] => {
    if (positions.size === 0) return [{ of, similarity: identity, fitting: of.model.images.length }]
    const known = of.model.images.filter(({ name }) => positions.has(name))
    const alignment = fitSimilarity(
      known.map((image) => centreOf(poseOf(image))),
      known.map(({ name }) => positions.get(name)!), // as filtered above
      maxError,
    )
    return alignment && 2 * alignment.fitting > known.length ? [{ of, ...alignment }] : []
  })
  const size = ({ of }: Placed<M>): number => of.model.points3D.ids.length
  return placed.sort((a, b) => b.fitting - a.fitting || size(b) - size(a)).at(0)
}

/** How far each image is from where the scanner says under the best fit to all, farthest first. */
export function misfits(
  { images }: io.ColmapModel,
  positions: ReadonlyMap<string, Vec3>,
): readonly { readonly name: string; readonly distance: number }[] {
  const known = images.filter(({ name }) => positions.has(name))
  const from = known.map((image) => centreOf(poseOf(image)))
  const alignment = fitSimilarity(
    from,
    known.map(({ name }) => positions.get(name)!), // as filtered above
    Infinity,
  )
  if (!alignment) return []
  return known
    .map(({ name }, i) => ({ name, distance: alignment.distances[i] }))
    .sort((a, b) => b.distance - a.distance)
}

/** A model in another frame. */
export function movedModel(
  { cameras, images, points3D }: io.ColmapModel,
  similarity: Similarity,
): io.ColmapModel {
  return {
    cameras,
    images: images.map((image) => {
      const { rotmat, tvec } = movedPose(similarity, poseOf(image))
      return { ...image, qvec: quaternionOf(rotmat), tvec }
    }),
    points3D: { ...points3D, xyz: movedPoints(points3D.xyz, similarity) },
  }
}

/** Points, x, y and z by turns, in another frame. */
export function movedPoints(xyz: Float64Array, similarity: Similarity): Float64Array {
  const result = new Float64Array(xyz.length)
  for (let i = 0; i < xyz.length; i += 3)
    result.set(applySimilarity(similarity, [xyz[i], xyz[i + 1], xyz[i + 2]]), i)
  return result
}
