// How wide a part of the page is, for what is drawn to fit.
import { useLayoutEffect, useState } from 'preact/hooks'
import type { RefObject } from 'preact'

/** In CSS pixels; `first` until it is known. */
export function useWidth(of: RefObject<Element | null>, first: number): number {
  const [width, setWidth] = useState(first)
  useLayoutEffect(() => {
    const element = of.current
    if (!element) return
    const watch = new ResizeObserver(([entry]) => setWidth(entry.contentRect.width))
    watch.observe(element)
    return () => watch.disconnect()
  }, [])
  return width
}
