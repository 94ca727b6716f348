// Trying again until something is free, or for as long as it takes to know that somebody lives.
import type { RomiError } from '../../base/errors.ts'
import { monotonicMs } from '../../base/monotonic.ts'
import { watchMs } from './sightings.ts'

/** How long somebody waits. */
export interface Patience {
  /** Wait while others hold it, instead of throwing `store/locked`. */
  readonly wait?: boolean
  /** Ends the waiting. */
  readonly signal?: AbortSignal
}

/** What came of one attempt. */
export type Attempt<T> =
  | { readonly is: 'done'; readonly value: T }
  /** `life` of whoever holds it: one that is silent is watched for a while before it is refused for. */
  | {
      readonly is: 'held'
      readonly life: 'alive' | 'silent'
      readonly refusal: () => RomiError
    }

const pauseMs = { least: 20, most: 150 }

/** Attempts something until it is done. */
export async function untilDone<T>(
  attempt: () => Promise<Attempt<T>>,
  { wait, signal }: Patience,
): Promise<T> {
  const begun = monotonicMs()
  for (;;) {
    signal?.throwIfAborted()
    const outcome = await attempt()
    if (outcome.is === 'done') return outcome.value
    const isWatched = outcome.life === 'silent' && monotonicMs() - begun < watchMs + pauseMs.most
    if (!wait && !isWatched) throw outcome.refusal()
    // Random, so that those who wait do not come together each time.
    const pause = pauseMs.least + Math.random() * (pauseMs.most - pauseMs.least)
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}
