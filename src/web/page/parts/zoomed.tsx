// Something that can be drawn nearer with the wheel, two fingers or keys, and pushed about.
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useKeys } from '../keys/use-keys.ts'

interface ZoomView {
  readonly scale: number
  readonly x: number
  readonly y: number
}
const wholeView: ZoomView = { scale: 1, x: 0, y: 0 }
const mostZoom = 40

/** Its content fills it at scale 1. */
export function Zoomed({ children }: { readonly children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null)
  const [view, setView] = useState(wholeView)
  const zoom = (factor: number, x?: number, y?: number) =>
    setView((before) => zoomedView(before, factor, x, y, box.current))
  useKeys([
    ['+', 'nearer', () => zoom(1.4)],
    ['-', 'further away', () => zoom(1 / 1.4)],
    ['0', 'the whole picture', () => setView(wholeView)],
  ])
  useEffect(() => {
    const element = box.current
    if (!element) return
    const turn = (event: WheelEvent) => {
      event.preventDefault()
      zoom(Math.exp(-event.deltaY / 400), event.clientX, event.clientY)
    }
    element.addEventListener('wheel', turn, { passive: false })
    return () => element.removeEventListener('wheel', turn)
  }, [])
  const touches = usePointers((change) => {
    if (change.by !== 1) zoom(change.by, change.x, change.y)
    setView((before) =>
      before.scale === 1 ? before : { ...before, x: before.x + change.dx, y: before.y + change.dy },
    )
  })
  return (
    <div class="zoomed" ref={box} {...touches} onDblClick={() => setView(wholeView)}>
      <div
        class="zoomed-inner"
        style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` }}
      >
        {children}
      </div>
    </div>
  )
}

/** Keeps what lies under the pointer where it is. */
function zoomedView(
  before: ZoomView,
  factor: number,
  clientX: number | undefined,
  clientY: number | undefined,
  box: HTMLElement | null,
): ZoomView {
  const scale = Math.min(mostZoom, Math.max(1, before.scale * factor))
  if (scale === 1 || !box) return wholeView
  const frame = box.getBoundingClientRect()
  const x = (clientX ?? frame.left + frame.width / 2) - frame.left
  const y = (clientY ?? frame.top + frame.height / 2) - frame.top
  const grown = scale / before.scale
  return { scale, x: x - grown * (x - before.x), y: y - grown * (y - before.y) }
}

interface PointerChange {
  readonly dx: number
  readonly dy: number
  /** How much further apart two fingers are. */
  readonly by: number
  readonly x: number
  readonly y: number
}

/** Follows the mouse, a finger, or two. */
function usePointers(changed: (change: PointerChange) => void) {
  const down = useRef(new Map<number, readonly [number, number]>())
  const end = (event: PointerEvent) => void down.current.delete(event.pointerId)
  return {
    onPointerDown: (event: PointerEvent) => {
      down.current.set(event.pointerId, [event.clientX, event.clientY])
    },
    onPointerMove: (event: PointerEvent) => {
      const before = down.current.get(event.pointerId)
      if (!before) return
      const now = [event.clientX, event.clientY] as const
      const [dx, dy] = [now[0] - before[0], now[1] - before[1]]
      const other = [...down.current].find(([id]) => id !== event.pointerId)?.[1]
      const apart = (at: readonly [number, number]) =>
        other ? Math.hypot(at[0] - other[0], at[1] - other[1]) : 1
      const by = other ? apart(now) / Math.max(1, apart(before)) : 1
      down.current.set(event.pointerId, now)
      const half = other ? 0.5 : 1
      changed({ dx: dx * half, dy: dy * half, by, x: now[0], y: now[1] })
    },
    onPointerUp: end,
    onPointerCancel: end,
    onPointerLeave: end,
  }
}
