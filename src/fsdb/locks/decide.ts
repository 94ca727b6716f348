// Whether what is wanted may be had, decided on what all holders' files tell.
import { everything, type Holder, type WantedScan } from './holder.ts'

/**
 * `alive`: its process is there, or its counter was seen to move. `silent`: on a machine that cannot
 * be seen from here, and its counter was not seen to move yet.
 */
export type HolderLife = 'alive' | 'silent'

/** Somebody else who is there, or may be. */
export interface Other {
  readonly holder: Holder
  readonly life: HolderLife
}

/** What comes of wanting something. */
export type Verdict =
  | { readonly is: 'free' }
  /** It has the thing, or came first to wait for it. */
  | { readonly is: 'held'; readonly by: Other; readonly does: 'holds' | 'waits' }

const meets = (a: WantedScan, b: WantedScan): boolean =>
  a === everything || b === everything || a === b

/**
 * Whether a holder of this ticket may have what it wants.
 *
 * Those who wait are served in the order in which they came. One that came earlier passes by those
 * who wait: it may hold what they wait for, and goes on with its other scans until it is done. So
 * the first of all who wait gets its turn when those before it have ended, and nobody waits in a
 * circle.
 */
export function decide(
  wanted: WantedScan,
  own: { readonly ticket: number },
  others: readonly Other[],
): Verdict {
  const having = others.filter(({ holder }) => holder.claims.some(({ of }) => meets(of, wanted)))
  const ahead = others.filter(
    ({ holder }) => holder.ticket < own.ticket && holder.waits.some((of) => meets(of, wanted)),
  )
  // One that certainly lives is refused for at once; a silent one is watched first.
  const by = aliveFirst(having) ?? aliveFirst(ahead)
  if (!by) return { is: 'free' }
  return { is: 'held', by, does: having.includes(by) ? 'holds' : 'waits' }
}

const aliveFirst = (others: readonly Other[]): Other | undefined =>
  others.find(({ life }) => life === 'alive') ?? others[0]
