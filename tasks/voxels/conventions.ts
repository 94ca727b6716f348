// The conventions that cameras of other programs follow, tried where ours cannot be what is meant.
import type { Camera } from '../../src/geometry/camera.ts'
import { commonView } from '../../src/geometry/common-view.ts'
import type { Bounds, Vec3 } from '../../src/geometry/linear.ts'
import { boxInView, cannotBe, type BoxInView } from './box-in-view.ts'

type Turn = (camera: Camera) => Camera

/** The other way round: from R, t to Rᵀ, −Rᵀ t. */
const inverted: Turn = (camera) => {
  const [a, b, c, d, e, f, g, h, i] = camera.rotmat
  const rotmat = [a, d, g, b, e, h, c, f, i]
  return { ...camera, rotmat, tvec: negatedTurn(rotmat, camera.tvec) }
}

/** −R v. */
const negatedTurn = (r: readonly number[], [x, y, z]: Vec3): Vec3 => [
  -(r[0] * x + r[1] * y + r[2] * z),
  -(r[3] * x + r[4] * y + r[5] * z),
  -(r[6] * x + r[7] * y + r[8] * z),
]

/** y up and z backward, as OpenGL and Blender have it. */
const flipped: Turn = (camera) => {
  const rotmat = camera.rotmat.map((value, i) => (i < 3 ? value : -value))
  const [x, y, z] = camera.tvec
  return { ...camera, rotmat, tvec: [x, -y, -z] }
}

const scaled =
  (factor: number): Turn =>
  (camera) => {
    const [x, y, z] = camera.tvec
    return { ...camera, tvec: [factor * x, factor * y, factor * z] }
  }

/** What the stored cameras may be, with what makes them ours; the likelier first. */
const conventions: readonly (readonly [what: string, toOurs: Turn])[] = [
  ['rotmat and tvec from camera to world (invert them)', inverted],
  [
    'axes of OpenGL: y up, z backward (negate the second and third row of rotmat and tvec)',
    flipped,
  ],
  [
    'rotmat and tvec from camera to world with axes of OpenGL, as NeRF and Blender have them (invert ' +
      'them, then negate the second and third row)',
    (camera) => flipped(inverted(camera)),
  ],
  [
    'the centres of the cameras instead of translations (tvec = −rotmat · centre)',
    (camera) => ({ ...camera, tvec: negatedTurn(camera.rotmat, camera.tvec) }),
  ],
  // the smaller first: from farther away cameras see as much
  ['lengths in centimetres (multiply tvec by 10)', scaled(10)],
  ['lengths in metres (multiply tvec by 1000)', scaled(1000)],
]

/**
 * The convention under which the cameras would see the box, or one place if there is no box.
 *
 * @returns what the cameras look like, for people; `undefined` if no convention is better
 */
export function likelyConvention(cameras: readonly Camera[], box?: Bounds): string | undefined {
  const tried = conventions.flatMap(([what, toOurs]) => {
    const ours = cameras.map(toOurs)
    const place = box ?? commonView(ours)
    const view = place && boxInView(place, ours)
    return view && !cannotBe(view) && view.mean > 0.5 ? [{ what, view }] : []
  })
  const best = Math.max(...tried.map(({ view }) => view.mean))
  const likely = tried.find(({ view }) => view.mean >= 0.9 * best)
  return likely?.what
}

/** What to say of cameras most of which hardly see the box. */
export function doubtText(
  view: BoxInView,
  likely: string | undefined,
  names: readonly string[],
): string {
  const blind = names.filter((_, i) => view.shares[i] === 0)
  const guess = likely === undefined ? undefined : `they look like ${likely}`
  return (
    `the cameras see ${Math.round(100 * view.mean)} % of the box on average` +
    `${view.inside > 0 ? `, ${Math.round(100 * view.inside)} % of them stand in it` : ''}` +
    `${blind.length > 0 ? `, and ${blind.length} of ${names.length} see nothing of it` : ''}: ` +
    (guess ?? 'do they belong to these photographs, and are they in the unit of the box?') +
    '. A camera here is x_cam = rotmat · X + tvec, with z forward and y down'
  )
}

/** The first three, and how many more there are. */
export const listOfNames = (names: readonly string[]): string =>
  names.length <= 3
    ? names.join(', ')
    : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
