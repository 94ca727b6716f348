// The picked organ in the photographs that show it best.
import type { Organs } from '../../api.ts'
import { centreOf } from '../../../geometry/camera.ts'
import { geometryCamera, pixelOf } from '../overlay/lines.ts'
import { organPath } from '../organs/organ-path.ts'
import { Picture } from '../photographs/picture.tsx'
import { sized } from '../photographs/pictures.ts'
import type { PlantShot } from '../scene/content.ts'

/** How many pictures at most, and the size to which photographs are scaled for them, in pixels. */
const mostCloseUps = 4
const pictureSize = 1600

export function CloseUps(props: {
  readonly shots: readonly PlantShot[]
  readonly imageOf: (shot: PlantShot) => string
  readonly organs: Organs
  readonly picked: number
  readonly onThrough: (photograph: string) => void
}) {
  const { shots, imageOf, organs, picked, onThrough } = props
  const views = closeUpsOf(shots, organs, picked)
  if (views.length === 0) return null
  return (
    <div class="close-ups" role="group" aria-label="The organ in photographs">
      {views.map(({ shot, x, y, part }) => (
        <button
          key={shot.photograph.id}
          title={`Look through the camera of ${shot.photograph.id}`}
          onClick={() => onThrough(shot.photograph.id)}
        >
          <span class="crop">
            <span
              class="crop-inner"
              style={{
                width: `${100 / part.x}%`,
                left: `${50 - (100 * x) / part.x}%`,
                top: `${50 - (100 * y) / part.y}%`,
              }}
            >
              <Picture
                image={sized(imageOf(shot), pictureSize)}
                alt={`The organ in ${shot.photograph.id}`}
                camera={shot.camera}
                lines={{ organs, picked, part: part.x }}
              />
            </span>
          </span>
        </button>
      ))}
    </div>
  )
}

/** A photograph and what of it is shown: the middle and the part, as shares of its size. */
export interface CloseUp {
  readonly shot: PlantShot
  readonly x: number
  readonly y: number
  readonly part: { readonly x: number; readonly y: number }
}

/** Those that see the organ from the side, large and not at their edge; the best first. */
export function closeUpsOf(
  shots: readonly PlantShot[],
  { organs }: Organs,
  picked: number,
): readonly CloseUp[] {
  const organ = organs[picked]
  const path = organPath(organ)
  const seen = shots.flatMap((shot) => {
    if (shot.photograph.excluded) return []
    const camera = geometryCamera(shot.camera)
    const pixels = [0, path.length - 3].map((i) =>
      pixelOf(camera, path[i], path[i + 1], path[i + 2]),
    )
    const [from, to] = pixels
    const { width, height } = camera
    const isInside = (at: readonly [number, number] | undefined) =>
      at !== undefined && at[0] >= 0 && at[1] >= 0 && at[0] < width && at[1] < height
    if (!from || !to || !isInside(from) || !isInside(to)) return []
    const long = Math.hypot(to[0] - from[0], to[1] - from[1])
    const side = Math.max(2.6 * long, width / 12)
    const [x, y] = [(from[0] + to[0]) / 2 / width, (from[1] + to[1]) / 2 / height]
    const isInFront = facing(organ.direction, organ.insertion, centreOf(camera))
    return [
      {
        view: { shot, x, y, part: { x: side / width, y: side / height } },
        score: long * (isInFront ? 1 : 0.6),
      },
    ]
  })
  seen.sort((a, b) => b.score - a.score)
  return seen.slice(0, mostCloseUps).map(({ view }) => view)
}

/** Whether an organ points to the side of its stem on which the camera is. */
function facing(
  direction: readonly number[],
  insertion: readonly number[],
  eye: readonly number[],
): boolean {
  return direction.reduce((sum, value, k) => sum + value * (eye[k] - insertion[k]), 0) > 0
}
