// What people correct: organs, and photographs that are left out.
import type { Place } from './common.ts'
import type { OrganKind } from './organs.ts'

// ── GET and POST api/plants/:scan/corrections → CorrectionsAnswer ────────────────────────────────

/** One correction of an organ, as in `organs.json`; lengths in the unit and axes of the scan. */
export interface Correction {
  /** Unique in the file: letters, digits, `-` and `_`. */
  readonly id: string
  readonly do: 'remove' | 'add' | 'move' | 'kind'
  /** The insertion of the organ that is meant; of `add` and `move` where it belongs. */
  readonly at: Place
  /** For `move`: the insertion that the organ was found at; absent: it is near `at`. */
  readonly from?: Place
  /**
   * For `add`, which needs it: where the organ ends. For the others: where the organ that is meant
   * ends, which tells it from others that leave the stem nearby; its direction stays as measured.
   */
  readonly tip?: Place
  /** For `kind`: the right one. For `add`: absent means `fruit`. */
  readonly kind?: OrganKind
  readonly why?: string
  readonly by?: string
  readonly date: string
}

/** What is corrected on the scan. */
export interface CorrectionsAnswer {
  readonly corrections: readonly Correction[]
  /** Why the file cannot be read, in a sentence, such as after it was changed by hand. */
  readonly problem?: string
  /** What became of each, by id, in the angles and internodes of today; absent: not known yet. */
  readonly outcomes: {
    readonly [id: string]: {
      readonly is: 'applied' | 'ambiguous' | 'unmatched'
      /** What is in the way, in a sentence. */
      readonly message?: string
    }
  }
}

/** Adds and takes back corrections in one step; `id` and `date` of new ones are given by the server. */
export interface CorrectionsRequest {
  readonly add?: readonly Omit<Correction, 'id' | 'date'>[]
  /** Ids. */
  readonly takeBack?: readonly string[]
}

// ── POST api/plants/:scan/photographs/:id/exclude|include → Plant ────────────────────────────────

/** Why, and who says so; both may be absent. `{}` for `include`. */
export interface ExcludeRequest {
  readonly why?: string
  readonly by?: string
}
