// Chooses the pairs of photographs that COLMAP compares.
import type { Intrinsics } from '../../src/geometry/camera.ts'
import { nearestPairs, overlappingPairs, type Pair } from '../../src/geometry/poses/overlap.ts'
import type { Box } from '../../src/index.ts'
import { pointsOf, scannerCameras, type ScannerPose } from './positions.ts'

/** Which pairs of photographs COLMAP compares. */
export type Matching =
  | { readonly is: 'exhaustive' }
  | { readonly is: 'sequential' }
  /** These, by the numbers of photographs. */
  | { readonly is: 'pairs'; readonly pairs: readonly Pair[] }

/** The command that compares them. */
export const matchingCommand = ({ is }: Matching): string =>
  is === 'pairs' ? 'matches_importer' : `${is}_matcher`

/** The ways to choose them. */
export const matchers = ['exhaustive', 'sequential', 'spatial', 'guided'] as const

/** What the parameters of Colmap say of it. */
interface MatchingOptions {
  readonly matcher: (typeof matchers)[number]
  readonly max_view_angle: number
  readonly max_num_neighbors: number
  readonly max_distance: number | undefined
}

/** A camera may be turned this far, in degrees, from where the scanner says: gimbals are set by hand. */
const slack = 15

/**
 * Chooses them; all, where the scanner's poses should tell and do not.
 *
 * @param poses      the scanner's, by photograph; `undefined` where it tells none
 * @param intrinsics roughly what the camera is
 * @param box        what is photographed
 */
export function matchingOf(
  { matcher, max_view_angle, max_num_neighbors, max_distance = Infinity }: MatchingOptions,
  poses: readonly (ScannerPose | undefined)[],
  intrinsics: Intrinsics,
  box: Box | undefined,
): Matching {
  if (matcher === 'exhaustive' || matcher === 'sequential') return { is: matcher }
  const known = poses.flatMap((pose, i) => (pose ? [{ pose, i }] : []))
  if (known.length < 2) return { is: 'exhaustive' }
  const scanner = known.map(({ pose }) => pose)
  const nearest = (): readonly Pair[] =>
    nearestPairs(
      scanner.map(({ position }) => position),
      max_num_neighbors,
      max_distance,
    )
  const cameras = scannerCameras(scanner, intrinsics, box)
  const points = pointsOf(box, cameras)
  const pairs =
    matcher === 'spatial' || !points
      ? nearest()
      : overlappingPairs(cameras, points, {
          maxAngle: max_view_angle,
          minShared: 0.3,
          slack,
          minPartners: 4,
        })
  // of a photograph that may be anywhere, every other may show the same
  const strays = poses.flatMap((pose, a) =>
    pose ? [] : poses.flatMap((other, b) => (a < b || (other && a !== b) ? [ordered(a, b)] : [])),
  )
  return {
    is: 'pairs',
    pairs: [...pairs.map(([a, b]) => ordered(known[a].i, known[b].i)), ...strays],
  }
}

const ordered = (a: number, b: number): Pair => (a < b ? [a, b] : [b, a])

/** Up to 20 parts of a list of pairs, each large enough that COLMAP’s start does not count. */
export function batchesOf(pairs: readonly Pair[]): readonly (readonly Pair[])[] {
  const size = Math.max(25, Math.ceil(pairs.length / 20))
  return Array.from({ length: Math.ceil(pairs.length / size) }, (_, i) =>
    pairs.slice(i * size, (i + 1) * size),
  )
}
