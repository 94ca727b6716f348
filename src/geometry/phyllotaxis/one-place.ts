// Organs of one place and one direction: a leaf and its branch, a leaf and its fruit.
import type { Organ } from './organ.ts'

/** Below this turn, in degrees, two organs of one place are one step of the phyllotaxis, … */
const ALIKE = 20
/** … and below this one if one of them is over twice as long as the other. */
const ALIKE_BESIDE_LONG = 40
/** A leaf hangs, and what stands in its axil rises: so much does the length of one that hangs weigh. */
const HANGING = 0.3
/** What rises and is longer than this share of a typical organ tells where on the stem the place is. */
const TELLING = 0.7

/** Organs of one place: the longest, and what stands beside it. */
export interface Place {
  /** The organ that the place counts as. */
  readonly organ: Organ
  /** The others, the longest first: the leaf below a branch or a fruit. */
  readonly others: readonly Organ[]
  /** The arc length of the place: the mean of its two longest organs', as a leaf lies below its branch. */
  readonly height: number
  /** The mean of their azimuths, the longer weighing more: a leaf and its branch tell one direction. */
  readonly azimuth: number
}

/** An organ that shares its place with no other. */
export const alone = (organ: Organ): Place => ({
  organ,
  others: [],
  height: organ.arcLength,
  azimuth: organ.azimuth,
})

/**
 * Joins organs that leave one place in about one direction: they are one step.
 *
 * @param organs   in any order
 * @param near     how far apart on the stem, at most, organs of one place are inserted or branch off
 * @param typical  the length of a typical organ
 * @returns by height
 */
export function places(organs: readonly Organ[], near: number, typical: number): Place[] {
  const weight = ({ length, shape }: Organ) => length * (shape.rise > 0 ? 1 : HANGING)
  const found: { organ: Organ; others: Organ[] }[] = []
  for (const organ of organs.toSorted(
    (a, b) => weight(b) - weight(a) || a.arcLength - b.arcLength,
  )) {
    const host = found.find((place) => isOneWith(place.organ, organ, near))
    if (host) host.others.push(organ)
    else found.push({ organ, others: [] })
  }
  return found
    .map(({ organ, others }) => {
      const telling = others.find(
        ({ length, shape }) => shape.rise > 0 && length > TELLING * typical,
      )
      const height = telling ? (organ.arcLength + telling.arcLength) / 2 : organ.arcLength
      return { organ, others, height, azimuth: meanAzimuth([organ, ...others]) }
    })
    .sort((a, b) => a.height - b.height)
}

function isOneWith(host: Organ, organ: Organ, near: number): boolean {
  const isNear =
    Math.abs(host.arcLength - organ.arcLength) < near ||
    Math.abs(host.junction - organ.junction) < near
  const turn = Math.acos(Math.cos(host.azimuth - organ.azimuth)) * (180 / Math.PI)
  return isNear && turn < (host.length > 2 * organ.length ? ALIKE_BESIDE_LONG : ALIKE)
}

function meanAzimuth(organs: readonly Organ[]): number {
  const [first] = organs
  const off = organs.map(({ azimuth }) =>
    Math.atan2(Math.sin(azimuth - first.azimuth), Math.cos(azimuth - first.azimuth)),
  )
  const total = organs.reduce((sum, { length }) => sum + length, 0)
  return first.azimuth + organs.reduce((sum, { length }, i) => sum + (length / total) * off[i], 0)
}
