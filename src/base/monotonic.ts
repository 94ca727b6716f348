// Time that no clock's change moves.

/**
 * Milliseconds since some moment of this start of the machine, the same for all its processes. For what
 * every run asks: `performance.now` loads much of Node, which a run with nothing to do needs not.
 */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1000 + nanoseconds / 1e6
}
