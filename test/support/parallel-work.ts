// Work for the test of `spread`; other threads import this file, so it must not import the test's.
import { threadId } from 'node:worker_threads'

export interface Job {
  /** How often each part was done. */
  readonly touched: Int32Array<SharedArrayBuffer>
  /** A part that fails. */
  readonly bad?: number
}

export const here = import.meta.url

export function touch({ touched, bad }: Job, part: number): number {
  if (part === bad) throw new RangeError('planted')
  Atomics.add(touched, part, 1)
  return part * part
}

const room = new Int32Array(new SharedArrayBuffer(4))

/** Marks by their numbers the threads that were at work. */
export interface Roll {
  readonly seen: Int32Array<SharedArrayBuffer>
  /** As long as fewer were seen, each part takes a moment. */
  readonly awaited: number
}

/** The thread that does a part. */
export function idOfThread({ seen, awaited }: Roll): number {
  Atomics.store(seen, threadId, 1)
  if (seen.filter((mark) => mark === 1).length < awaited) Atomics.wait(room, 0, 0, 5)
  return threadId
}
