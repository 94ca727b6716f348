// A correction while a person makes it: what is still to be pointed at, and what is sent when it is saved.
import type { Correction, CorrectionsRequest, OrganKind, OrganShown, Place } from '../../api.ts'

/** A correction in the making; places are pointed at in the scene, one after the other. */
export interface DraftCorrection {
  readonly do: Correction['do']
  /** The organ that is meant, in words; of `add` there is none. */
  readonly organ?: string
  /** As in `Correction`. */
  readonly at?: Place
  readonly from?: Place
  readonly tip?: Place
  readonly kind?: OrganKind
  readonly why: string
}

/** A correction of an organ as it stands. */
export function draftOf(
  doing: 'remove' | 'move' | 'kind',
  organ: OrganShown,
  name: string,
): DraftCorrection {
  const { insertion: at, tip, kind } = organ
  if (doing === 'move') return { do: doing, organ: name, from: at, tip, why: '' }
  const about = { do: doing, organ: name, at, why: '' }
  return doing === 'kind' ? { ...about, tip, kind } : { ...about, tip }
}

/** A new organ: nothing is known of it yet. */
export const newOrgan: DraftCorrection = { do: 'add', kind: 'fruit', why: '' }

/** What to point at next; undefined once all is known. */
export function nextPlace({ do: doing, at, tip }: DraftCorrection): 'at' | 'tip' | undefined {
  if (at === undefined) return 'at'
  return doing === 'add' && tip === undefined ? 'tip' : undefined
}

/** What is to be pointed at, in words. */
export const placeWords = (draft: DraftCorrection): string =>
  draft.do === 'move'
    ? 'Point at the new insertion on the stem.'
    : nextPlace(draft) === 'at'
      ? 'Point at the insertion on the stem.'
      : 'Now point at the tip of the organ.'

/** What is asked of the server; undefined while something is missing. */
export function requestOf(draft: DraftCorrection, by: string): CorrectionsRequest | undefined {
  const { do: doing, at, from, tip, kind, why } = draft
  if (at === undefined || nextPlace(draft) !== undefined) return undefined
  const told = {
    ...(from && { from }),
    ...(tip && { tip }),
    ...(kind && (doing === 'kind' || doing === 'add') && { kind }),
    ...(why.trim() !== '' && { why: why.trim() }),
    ...(by.trim() !== '' && { by: by.trim() }),
  }
  return { add: [{ do: doing, at, ...told }] }
}
