// Waiting for what happens elsewhere.
import { setTimeout as pause } from 'node:timers/promises'

/** Waits for a condition. @param every how often it is looked at, in ms */
export async function until(isTrue: () => boolean | Promise<boolean>, every = 40): Promise<void> {
  while (!(await isTrue())) await pause(every)
}
