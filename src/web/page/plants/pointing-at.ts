// A row that is pointed at is likely opened next: what is seen first of it is asked for meanwhile.
import type { Plant } from '../../api.ts'
import { askEarly, isEarly } from '../data/early.ts'
import { address } from '../data/fetch.ts'

/** A pointer that only passes points at nothing, in ms. */
const restMs = 60

/** What goes wrong is told to whoever opens it. */
const askFirstOf = (scan: string): void => void askForFirst(scan).catch(() => undefined)

async function askForFirst(scan: string): Promise<void> {
  const path = address('plants', scan)
  const answer = await askEarly(scan, path)
  if (!answer) return
  const plant = (await answer.json()) as Plant // the server holds to api.ts
  const { lookAhead } = await import('../plant/look-ahead.ts')
  if (isEarly(path)) lookAhead(plant) // else it is open already
}

/** For the element of a row. */
export function pointingAt(scan: string) {
  let later: ReturnType<typeof setTimeout> | undefined
  return {
    onPointerEnter: ({ pointerType }: PointerEvent) => {
      if (pointerType === 'mouse') later = setTimeout(askFirstOf, restMs, scan)
    },
    onPointerLeave: () => clearTimeout(later),
    onPointerDown: () => askFirstOf(scan),
    onFocusCapture: () => askFirstOf(scan),
  }
}
