// Corrections of organs by hand: what they are, and how they are applied to what was measured.
import { angularDistance } from '../angle.ts'
import { across, distance, scale, subtract, type Vec3 } from '../linear.ts'
import type { OrganKind } from './kinds.ts'
import { azimuth, type StemPlace } from './stem-curve.ts'

/** What a person corrects: an organ that is none, a missing one, where one is inserted, what one is. */
export type Correction = About &
  (
    | { readonly do: 'remove' }
    | { readonly do: 'add'; readonly tip: Vec3; readonly kind?: OrganKind }
    | { readonly do: 'move'; readonly from?: Vec3 }
    | { readonly do: 'kind'; readonly kind: OrganKind }
  )

interface About {
  readonly id: string
  /** The insertion of the organ that is meant; of `add` and `move` where it belongs. Scan's axes. */
  readonly at: Vec3
  /** Where the organ that is meant ends: it tells apart those that leave the stem nearby. */
  readonly tip?: Vec3
}

/** What became of a correction. */
export type CorrectionOutcome =
  | { readonly id: string; readonly is: 'applied' }
  /** Several organs are as near to its anchor. */
  | { readonly id: string; readonly is: 'ambiguous'; readonly among: number }
  /** No organ is within half a typical internode and 30° of its anchor. */
  | { readonly id: string; readonly is: 'unmatched' }

/** What was corrected of an organ, and by which correction: the last, where there are several. */
export interface CorrectionMark {
  readonly did: 'add' | 'move' | 'kind'
  readonly correction: string
}

/** The axis of a stem, as far as corrections need it. */
export interface CorrectedStem {
  at(s: number): StemPlace
  nearest(p: Vec3): StemPlace
}

/** What corrections read and write of an organ; whatever else it has stays. */
interface Correctable {
  readonly insertion: Vec3
  readonly arcLength: number
  /** Radians about the stem. */
  readonly azimuth: number
  readonly kind: OrganKind
  readonly kindConfidence: number
}

/** How corrections find their organs. */
export interface CorrectionScale {
  /** The distance between typical successive organs, in the unit of the scan. */
  readonly internode: number
}

/** An organ that a person added: where, in which direction, how long. */
export interface AddedOrgan extends Correctable {
  readonly direction: Vec3
  readonly length: number
}

/** The organs of a stem after corrections, from the base up. */
export interface Corrected<T> {
  readonly organs: readonly (T & { readonly corrected?: CorrectionMark })[]
  /** Those that were removed, by the corrections that did it. */
  readonly removed: readonly { readonly organ: T; readonly correction: string }[]
  /** In the order of the corrections: none is dropped unnamed. */
  readonly outcomes: readonly CorrectionOutcome[]
}

/** A correction means the organ within this many degrees about the stem, … */
const REACH_ANGLE = 30
/** … and within this share of a typical internode along it. */
const REACH_SHARE = 0.5
/** Another that is hardly farther off, as shares of these two, is as good: then nobody knows. */
const TIE_RATIO = 1.2
const TIE_SHARE = 0.05

/** An organ at work: also found where it stood when it was measured. */
interface Candidate<T> {
  readonly organ: T
  readonly measured: { readonly arcLength: number; readonly azimuth: number }
  readonly mark?: CorrectionMark
}

/**
 * Applies corrections, one after the other, each to the organ nearest to its anchor. One that is
 * added where an organ is found means that organ.
 *
 * @param organs  from the base up
 * @param added   makes an organ of what a person said of it
 */
export function correctOrgans<T extends Correctable>(
  organs: readonly T[],
  corrections: readonly Correction[],
  stem: CorrectedStem,
  scales: CorrectionScale,
  added: (organ: AddedOrgan) => T,
): Corrected<T> {
  let all: Candidate<T>[] = organs.map((organ) => ({ organ, measured: organ }))
  const removed: { organ: T; correction: string }[] = []
  const outcomes = corrections.map((correction): CorrectionOutcome => {
    const { id } = correction
    const found = nearestTo(correction, all, stem, scales)
    if (found.is === 'ambiguous') return { id, ...found }
    const mark = (did: CorrectionMark['did']) => ({ mark: { did, correction: id } })
    const put = (one: Candidate<T>) => {
      all = found.is === 'found' ? all.with(found.index, one) : [...all, one]
      return { id, is: 'applied' } as const
    }
    if (correction.do === 'add') {
      if (found.is === 'found') {
        const kind = correction.kind ?? found.one.organ.kind
        return put({ ...found.one, organ: ofKind(found.one.organ, kind), ...mark('add') })
      }
      const organ = added(organOf(correction, stem))
      return put({ organ, measured: organ, ...mark('add') })
    }
    if (found.is === 'unmatched') return { id, is: 'unmatched' }
    const { one, index } = found
    switch (correction.do) {
      case 'remove':
        removed.push({ organ: one.organ, correction: id })
        all = all.toSpliced(index, 1)
        return { id, is: 'applied' }
      case 'move': {
        const { s, point } = stem.nearest(correction.at)
        return put({
          ...one,
          organ: { ...one.organ, arcLength: s, insertion: point },
          ...mark('move'),
        })
      }
      case 'kind':
        return put({ ...one, organ: ofKind(one.organ, correction.kind), ...mark('kind') })
    }
  })
  const kept = all
    .map(({ organ, mark }) => ({ ...organ, ...(mark && { corrected: mark }) }))
    .sort((a, b) => a.arcLength - b.arcLength)
  return { organs: kept, removed, outcomes }
}

/** A person is sure. */
const ofKind = <T extends Correctable>(organ: T, kind: OrganKind): T => ({
  ...organ,
  kind,
  kindConfidence: 1,
})

type Match<T> =
  | { readonly is: 'found'; readonly one: Candidate<T>; readonly index: number }
  | { readonly is: 'ambiguous'; readonly among: number }
  | { readonly is: 'unmatched' }

function nearestTo<T>(
  correction: Correction,
  all: readonly Candidate<T & Correctable>[],
  stem: CorrectedStem,
  { internode }: CorrectionScale,
): Match<T & Correctable> {
  const at = (correction.do === 'move' ? correction.from : undefined) ?? correction.at
  const place = stem.nearest(at)
  const toTip = correction.tip && azimuth(subtract(correction.tip, place.point), place)
  const far = (of: Candidate<T & Correctable>['measured']): number => {
    const along = Math.abs(of.arcLength - place.s) / (REACH_SHARE * internode)
    const turn = toTip === undefined ? 0 : azimuthGap(of.azimuth, toTip) / REACH_ANGLE
    return along <= 1 && turn <= 1 ? Math.hypot(along, turn) : Infinity
  }
  const near = all
    .map((one, index) => ({ one, index, far: Math.min(far(one.measured), far(one.organ)) }))
    .filter((each) => each.far < Infinity)
    .sort((a, b) => a.far - b.far)
  if (near.length === 0) return { is: 'unmatched' }
  const [{ one, index, far: least }] = near
  const equals = near.filter((each) => each.far <= TIE_RATIO * least + TIE_SHARE)
  return equals.length > 1 ? { is: 'ambiguous', among: equals.length } : { is: 'found', one, index }
}

const azimuthGap = (a: number, b: number): number =>
  angularDistance((a * 180) / Math.PI, (b * 180) / Math.PI)

/** An organ from its insertion, drawn onto the axis, straight to its tip. */
function organOf(
  { at, tip, kind = 'fruit' }: Extract<Correction, { do: 'add' }>,
  stem: CorrectedStem,
): AddedOrgan {
  const place = stem.nearest(at)
  const line = subtract(tip, place.point)
  const length = distance(tip, place.point)
  return {
    insertion: place.point,
    arcLength: place.s,
    direction: length > 0 ? scale(line, 1 / length) : place.reference,
    azimuth: azimuth(across(line, place.tangent), place),
    length,
    kind,
    kindConfidence: 1,
  }
}

/** The median distance between successive organs; of fewer than two, this share of the stem. */
export function typicalInternode(heights: readonly number[], stemLength: number): number {
  const sorted = [...heights].sort((a, b) => a - b)
  const steps = sorted
    .slice(1)
    .map((height, i) => height - sorted[i])
    .sort((a, b) => a - b)
  const middle = steps[steps.length >> 1] ?? 0
  return middle > 0 ? middle : stemLength / 20
}
