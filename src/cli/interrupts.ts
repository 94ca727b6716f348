// Ctrl-C: once, what runs may finish; twice, or SIGTERM, everything stops at once.
import type { CliContext } from './cli-context.ts'

/** The two wishes to end, and an end to listening for them. */
export interface Wishes {
  readonly cancel: AbortSignal
  readonly stop: AbortSignal
  close(): void
}

/** Listens from now on. */
export function watchInterrupts(context: CliContext): Wishes {
  const cancel = new AbortController()
  const stop = new AbortController()
  const close = context.onInterrupt((signal) => {
    if (signal === 'SIGINT' && !cancel.signal.aborted) {
      context.stderr.write('\nfinishing what runs; Ctrl-C again stops it at once\n')
    } else {
      stop.abort()
    }
    cancel.abort()
  })
  return { cancel: cancel.signal, stop: stop.signal, close }
}
