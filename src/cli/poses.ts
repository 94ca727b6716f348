// What an import tells of the poses that it was given: how many, and their ranges.
import { ownValue } from '../base/own.ts'
import type { JsonObject } from '../base/types.ts'

/** The keys under which a photograph's metadata hold its pose; the first that is there counts. */
const poseMetadataKeys = ['calibrated_pose', 'pose', 'approximate_pose']

/** x, y, z, and pan and tilt if they are known. */
type PoseNumbers = readonly number[]

function poseInMetadata(metadata: JsonObject): PoseNumbers | undefined {
  for (const key of poseMetadataKeys) {
    const value = ownValue(metadata, key)
    if (Array.isArray(value) && value.length >= 3 && value.every((n) => typeof n === 'number'))
      return value as PoseNumbers // all are numbers
  }
  return undefined
}

/** A sentence on the poses, and what is doubtful about them; nothing where there are none. */
export function tellPoses(all: readonly JsonObject[]): {
  readonly told?: string
  readonly doubt?: string
} {
  const poses = all.map(poseInMetadata).filter((pose) => pose !== undefined)
  if (poses.length === 0) return {}
  const range = (axis: number): readonly [number, number] => {
    const values = poses.map((pose) => pose[axis]).filter((value) => value !== undefined)
    return [Math.min(...values), Math.max(...values)]
  }
  const axes = ['x', 'y', 'z'].map((axis, i) => `${axis} ${rangeText(range(i))} mm`)
  const turned = poses.filter((pose) => pose.length >= 5)
  const turns = ['pan', 'tilt'].map((axis, i) => `${axis} ${rangeText(range(i + 3))}°`)
  return {
    told: `${poses.length} with a pose: ${[...axes, ...(turned.length > 0 ? turns : [])].join(', ')}`,
    ...(areRadians(turned) && {
      doubt:
        'every pan lies within ±2π: are pan and tilt in radians? They are read as degrees; head ' +
        'the columns "pan (rad)" and "tilt (rad)" to have them turned into degrees',
    }),
  }
}

/** A full turn of a scanner is 360°; one whose pans are all small and differ was told in radians. */
function areRadians(poses: readonly PoseNumbers[]): boolean {
  const pans = poses.map((pose) => pose[3])
  const isSmall = pans.every((pan) => Math.abs(pan) <= 2 * Math.PI + 1e-6)
  return pans.length > 1 && isSmall && new Set(pans).size > 1
}

/** `75…675`; of one value alone that. */
function rangeText([least, most]: readonly [number, number]): string {
  const short = (value: number) => String(Number(value.toFixed(Math.abs(value) < 10 ? 2 : 0)))
  return short(least) === short(most) ? short(least) : `${short(least)}…${short(most)}`
}
