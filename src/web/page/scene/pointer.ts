// What lies under the pointer: an organ, a camera, a place of the plant.
import { centreOf } from '../../../geometry/camera.ts'
import { organPath } from '../organs/organ-path.ts'
import { geometryCamera } from '../overlay/lines.ts'
import type { Content, PlantShot } from './content.ts'
import { nearestLine, type ScreenPoint } from './pick-line.ts'
import type { Place3 } from './place.ts'
import type { Stage } from './stage.ts'

/** How near is near, in CSS pixels. */
const reach = { mouse: 12, finger: 24, place: 14 } as const

/** The place of an organ in the list; undefined where none is near. */
export function organUnder(
  stage: Stage,
  { organs }: Content,
  at: readonly [number, number],
  isTouch: boolean,
): number | undefined {
  const lines = (organs?.organs ?? []).map((organ) => onScreen(stage, organPath(organ)))
  return nearestLine(lines, at, isTouch ? reach.finger : reach.mouse)
}

/** The photograph at whose camera the pointer is. */
export function cameraUnder(
  stage: Stage,
  { shots }: Content,
  at: readonly [number, number],
): PlantShot | undefined {
  const eyes = shots.map(({ camera }) => [stage.screenOf(centreOf(geometryCamera(camera)))])
  const index = nearestLine(eyes, at, reach.finger)
  return index === undefined ? undefined : shots[index]
}

/** The nearest point of stem, skeleton or point cloud; that in front where several are as near. */
export function plantPlaceUnder(
  stage: Stage,
  { organs, skeleton, points, mesh }: Content,
  at: readonly [number, number],
): Place3 | undefined {
  const lines = [...(organs ? [organs.stem] : []), ...(skeleton?.chains ?? [])]
  const onLine = nearestPoint(stage, lines, [0, 0, 0], at)
  if (onLine) return onLine
  const surface = points ?? mesh
  return surface && nearestPoint(stage, [surface.positions], surface.centre, at)
}

function nearestPoint(
  stage: Stage,
  lines: readonly ArrayLike<number>[],
  centre: Place3,
  [x, y]: readonly [number, number],
): Place3 | undefined {
  let best: Place3 | undefined
  let least = Infinity
  for (const line of lines)
    for (let i = 0; i + 2 < line.length; i += 3) {
      const place: Place3 = [line[i] + centre[0], line[i + 1] + centre[1], line[i + 2] + centre[2]]
      const shown = stage.screenOf(place)
      if (!shown) continue
      const away = Math.hypot(shown[0] - x, shown[1] - y)
      // a pixel nearer outweighs some depth: of what is in one line of sight the front is meant
      const score = away + shown[2] / 1e4
      if (away <= reach.place && score < least) {
        least = score
        best = place
      }
    }
  return best
}

function onScreen(stage: Stage, xyz: readonly number[]): (ScreenPoint | undefined)[] {
  const points: (ScreenPoint | undefined)[] = []
  for (let i = 0; i + 2 < xyz.length; i += 3)
    points.push(stage.screenOf([xyz[i], xyz[i + 1], xyz[i + 2]]))
  return points
}
