// The photographs in a row: a press looks through the camera of one.
import { useEffect, useRef } from 'preact/hooks'
import type { Organs } from '../../api.ts'
import { sized, thumbnailSize } from '../photographs/pictures.ts'
import { Picture } from '../photographs/picture.tsx'
import type { PlantShot } from '../scene/content.ts'

/** So many are in sight at first, or nearly: they are asked for before the browser lays them out. */
const inSight = 12

export function FilmStrip(props: {
  readonly shots: readonly PlantShot[]
  readonly imageOf: (shot: PlantShot) => string
  readonly organs?: Organs
  readonly picked?: number
  readonly through?: string
  readonly onThrough: (photograph: string | undefined) => void
}) {
  const { shots, imageOf, organs, picked, through, onThrough } = props
  const now = useRef<HTMLButtonElement>(null)
  useEffect(() => now.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' }), [through])
  return (
    <div class="film-strip" role="group" aria-label="Look through the camera of a photograph">
      {shots.map((shot, at) => {
        const { id } = shot.photograph
        const isNow = id === through
        return (
          <button
            key={id}
            ref={isNow ? now : undefined}
            aria-pressed={isNow}
            title={`Look through the camera of ${id}`}
            aria-label={`Look through the camera of ${id}`}
            onClick={() => onThrough(isNow ? undefined : id)}
          >
            <Picture
              image={sized(imageOf(shot), thumbnailSize)}
              alt={`Photograph ${id}`}
              camera={shot.camera}
              lines={
                organs && picked !== undefined
                  ? { organs: only(organs, picked), picked: 0 }
                  : undefined
              }
              isOneOfMany={at >= inSight}
            />
          </button>
        )
      })}
    </div>
  )
}

/** One organ alone: small pictures bear no more. */
const only = (organs: Organs, index: number): Organs => ({
  ...organs,
  stem: [],
  organs: [organs.organs[index]],
})
