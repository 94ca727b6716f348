// A press of the pointer that is no drag: down and up at one place.
import { useRef } from 'preact/hooks'

/** Further than this it was a drag, in CSS pixels. */
const stillWithin = 5

/** @param pressed takes the place within the element, in CSS pixels */
export function usePress(pressed: (x: number, y: number, isTouch: boolean) => void) {
  const down = useRef<readonly [number, number] | undefined>(undefined)
  return {
    onPointerDown: ({ offsetX, offsetY, button }: PointerEvent) => {
      down.current = button === 0 ? [offsetX, offsetY] : undefined
    },
    onPointerUp: ({ offsetX, offsetY, pointerType }: PointerEvent) => {
      const from = down.current
      down.current = undefined
      if (!from || Math.hypot(offsetX - from[0], offsetY - from[1]) > stillWithin) return
      pressed(offsetX, offsetY, pointerType === 'touch')
    },
  }
}
