// Work that can wait until the browser has nothing else to do.

/** How long a browser that cannot tell is left alone, in ms. */
const pause = 400

/** Does it once, later; what goes wrong is met again by who needs it. */
export function whenIdle(work: () => Promise<void>): void {
  const begin = (): void => void work().catch(() => undefined)
  // Safari does not know it.
  if ('requestIdleCallback' in globalThis) requestIdleCallback(begin, { timeout: 10 * pause })
  else setTimeout(begin, pause)
}
