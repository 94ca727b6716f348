// The organs of a stem, and two measurements of them compared.
import type { JsonValue, Place } from './common.ts'

// ── GET api/plants/:scan/organs?fileset=… → Organs ───────────────────────────────────────────────

export type OrganKind = 'fruit' | 'flower' | 'cauline_leaf' | 'branch' | 'rosette_leaf' | 'spur'

/** An organ of the stem. */
export interface OrganShown {
  /** From 1 at the base, of counted ones; the number in the table and the pictures. */
  readonly number?: number
  readonly kind: OrganKind
  /** From 0 to 1; 0.5 is a toss-up. */
  readonly kindConfidence?: number
  readonly counted: boolean
  /** On the axis of the stem. */
  readonly insertion: Place
  /** Where it ends: the insertion, and its length along its direction, if nothing better is known. */
  readonly tip: Place
  /** A vector of unit length. */
  readonly direction: Place
  /** Degrees about the stem, counter-clockwise seen from the tip, from an arbitrary zero. */
  readonly azimuth: number
  /** Along the stem, from its base. */
  readonly height: number
  readonly length: number
  /** How well it tells its direction, from 0 to 1. */
  readonly confidence?: number
  /** x, y, z of the points along it, one after another; empty where the file has none. */
  readonly path: readonly number[]
  /** Degrees from it to the next counted one, 0 to 360; absent of the last. */
  readonly angle?: number
  /** Stem from it to the next counted one; absent of the last. */
  readonly internode?: number
  /** What was corrected of it, and by which correction. */
  readonly corrected?: { readonly did: 'add' | 'move' | 'kind'; readonly correction: string }
}

/** What a fileset of angles and internodes holds. */
export interface Organs {
  readonly fileset: string
  readonly spiral?: 'counter-clockwise' | 'clockwise' | 'undetermined'
  /** x, y, z of points along the axis of the stem, base first, one after another. */
  readonly stem: readonly number[]
  /** From the base up. */
  readonly organs: readonly OrganShown[]
  /** As in the file, degrees and the unit of the scan. */
  readonly angles: readonly number[]
  readonly internodes: readonly number[]
  /** Organs that corrections removed, and why: drawn crossed out. */
  readonly removed: readonly { readonly at: Place; readonly correction: string }[]
}

// ── GET api/plants/:scan/compare?a=FILESET&b=FILESET → Comparison ────────────────────────────────

/** Two filesets of angles and internodes, organ by organ. */
export interface Comparison {
  readonly a: Organs
  readonly b: Organs
  /** Places in `organs` of either; one absent: only the other has it. From the base up. */
  readonly pairs: readonly { readonly a?: number; readonly b?: number }[]
  /** Steps above the two, and they themselves, whose parameters are not the same. */
  readonly changes: readonly {
    readonly task: string
    readonly parameter: string
    readonly a?: JsonValue
    readonly b?: JsonValue
  }[]
}
