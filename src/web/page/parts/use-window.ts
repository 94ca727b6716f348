// Which rows of a long list are in sight: only these are drawn.
import { useEffect, useState } from 'preact/hooks'
import type { RefObject } from 'preact'

/** Rows from `first` to before `last`. */
export interface RowWindow {
  readonly first: number
  readonly last: number
}

/** Drawn above and below what is in sight, so that scrolling shows no gap. */
const rowMargin = 8

/**
 * @param box what scrolls
 * @param rowHeight in CSS pixels, the same of all
 * @param head height above the first row within `box`, in CSS pixels
 */
export function useWindow(
  box: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
  head = 0,
): RowWindow {
  const [sight, setSight] = useState({ top: 0, height: 900 })
  useEffect(() => {
    const element = box.current
    if (!element) return
    const look = () => setSight({ top: element.scrollTop, height: element.clientHeight })
    const watch = new ResizeObserver(look)
    watch.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      watch.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [])
  const top = Math.floor((sight.top - head) / rowHeight) - rowMargin
  const first = Math.min(Math.max(0, top), Math.max(0, count - 1))
  const last = Math.min(count, Math.ceil((sight.top + sight.height) / rowHeight) + rowMargin)
  return { first, last: Math.max(first, last) }
}
