// From where one looks at the plant, as numbers that fit into an address.
import { Vector3 } from 'three'

/** Angles in degrees, about the upward axis and above the ground; lengths in the unit of the scan. */
export interface Eye {
  readonly turn: number
  readonly rise: number
  readonly distance: number
  /** What is looked at, in the axes of the scan. */
  readonly target: readonly [number, number, number]
}

/** Parts of an address, with four digits. */
export const eyeText = ({ turn, rise, distance, target }: Eye): string =>
  [turn, rise, distance, ...target].map((value) => Number(value.toPrecision(4))).join('_')

/** Undefined if it is none. */
export function parseEye(text: string | undefined): Eye | undefined {
  const numbers = (text ?? '').split('_').map(Number)
  if (numbers.length !== 6 || !numbers.every(Number.isFinite) || numbers[2] <= 0) return undefined
  const [turn, rise, distance, x, y, z] = numbers
  return { turn, rise: Math.min(89.9, Math.max(-89.9, rise)), distance, target: [x, y, z] }
}

/** Two unit vectors across `up`: the direction of turn 0, and that of turn 90. */
function ground(up: Vector3): readonly [Vector3, Vector3] {
  const any = Math.abs(up.x) < 0.9 ? new Vector3(1, 0, 0) : new Vector3(0, 1, 0)
  const ahead = any.addScaledVector(up, -any.dot(up)).normalize()
  return [ahead, new Vector3().crossVectors(up, ahead)]
}

/** From the target to the eye. */
export function offsetOf({ turn, rise, distance }: Eye, up: Vector3): Vector3 {
  const [ahead, aside] = ground(up)
  const [a, b] = [(turn * Math.PI) / 180, (rise * Math.PI) / 180]
  return new Vector3()
    .addScaledVector(ahead, Math.cos(a) * Math.cos(b))
    .addScaledVector(aside, Math.sin(a) * Math.cos(b))
    .addScaledVector(up, Math.sin(b))
    .multiplyScalar(distance)
}

/** The eye that stands `offset` from its target. */
export function eyeFrom(offset: Vector3, target: Eye['target'], up: Vector3): Eye {
  const [ahead, aside] = ground(up)
  const distance = offset.length()
  const turn = (Math.atan2(offset.dot(aside), offset.dot(ahead)) * 180) / Math.PI
  const rise = (Math.asin(Math.min(1, Math.max(-1, offset.dot(up) / distance))) * 180) / Math.PI
  return { turn, rise, distance, target }
}
