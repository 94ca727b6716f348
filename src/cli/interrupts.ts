// Ctrl-C: once, what runs may finish; twice, or SIGTERM, everything stops at once.
import type { World } from './world.ts'

/** The two wishes to end, and an end to listening for them. */
export interface Wishes {
  readonly cancel: AbortSignal
  readonly stop: AbortSignal
  close(): void
}

/** Listens from now on. */
export function watchInterrupts(world: World): Wishes {
  const cancel = new AbortController()
  const stop = new AbortController()
  const close = world.onInterrupt((signal) => {
    if (signal === 'SIGINT' && !cancel.signal.aborted) {
      world.stderr.write('\nfinishing what runs; Ctrl-C again stops it at once\n')
    } else {
      stop.abort()
    }
    cancel.abort()
  })
  return { cancel: cancel.signal, stop: stop.signal, close }
}
