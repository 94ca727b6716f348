// The photographs in a row: a press looks through the camera of one.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Organs } from '../../api.ts'
import { sized, thumbnailSize } from '../photographs/pictures.ts'
import { Picture } from '../photographs/picture.tsx'
import type { PlantShot } from '../scene/content.ts'

/** How wide a photograph is in the strip, with what is between two, in CSS pixels. */
const placeWidth = 88

/** How much of the width of the window the strip takes where a panel stands beside it. */
const inSightShare = 0.75

/** How long the others wait for the plant to be drawn, in ms. */
const othersWait = 1500

export function FilmStrip(props: {
  readonly shots: readonly PlantShot[]
  readonly imageOf: (shot: PlantShot) => string
  readonly organs?: Organs
  readonly picked?: number
  readonly through?: string
  readonly onThrough: (photograph: string | undefined) => void
  /** Whether the plant is drawn: it comes before photographs that are not in sight. */
  readonly hasDrawn: boolean
  /** Called when some photograph is on the screen. */
  readonly onSeen: () => void
}) {
  const { shots, imageOf, organs, picked, through, onThrough } = props
  const inSight = Math.ceil((inSightShare * innerWidth) / placeWidth)
  const hasOthers = useOthers(props.hasDrawn)
  const strip = useRef<HTMLDivElement>(null)
  const now = useRef<HTMLButtonElement>(null)
  useEffect(() => now.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' }), [through])
  const [focused, setFocused] = useState<string>()
  const ids = shots.map(({ photograph }) => photograph.id)
  // one place of the whole strip is reached by the tabulator, the others from there
  const reached = [focused, through].find((id) => id !== undefined && ids.includes(id)) ?? ids[0]
  const walk = (event: KeyboardEvent) => {
    const to = placeAfter(event.key, ids.indexOf(reached), ids.length)
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation() // elsewhere these keys turn the plant
    strip.current?.querySelectorAll<HTMLElement>('button')[to]?.focus()
    if (through !== undefined) onThrough(ids[to])
  }
  return (
    <div
      class="film-strip"
      role="group"
      aria-label="Look through the camera of a photograph"
      ref={strip}
      onKeyDown={walk}
    >
      {shots.map((shot, at) => {
        const { id } = shot.photograph
        const isNow = id === through
        return (
          <button
            key={id}
            ref={isNow ? now : undefined}
            tabIndex={id === reached ? 0 : -1}
            onFocus={() => setFocused(id)}
            aria-pressed={isNow}
            title={`Look through the camera of ${id}`}
            aria-label={`Look through the camera of ${id}`}
            onClick={() => onThrough(isNow ? undefined : id)}
          >
            {at < inSight || isNow || hasOthers ? (
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
                onThere={() => afterNextFrame(props.onSeen)}
              />
            ) : (
              <span
                class="picture"
                style={{ '--ratio': String(shot.camera.width / shot.camera.height) }}
              />
            )}
          </button>
        )
      })}
    </div>
  )
}

/** Whether those that are not in sight may be asked for. */
function useOthers(hasDrawn: boolean): boolean {
  const [isLate, setIsLate] = useState(false)
  useEffect(() => {
    const later = setTimeout(() => setIsLate(true), othersWait)
    return () => clearTimeout(later)
  }, [])
  return hasDrawn || isLate
}

/** What the browser is given now is on the screen by then. */
const afterNextFrame = (act: () => void): void =>
  void requestAnimationFrame(() => requestAnimationFrame(act))

/** Where a key leads in a row; undefined: it is no such key. */
function placeAfter(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, at - 1)
    case 'ArrowRight':
      return Math.min(count - 1, at + 1)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}

/** One organ alone: small pictures bear no more. */
const only = (organs: Organs, index: number): Organs => ({
  ...organs,
  stem: [],
  organs: [organs.organs[index]],
})
