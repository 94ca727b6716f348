// The list of all scans, with the states and checks of their steps.
import type { CheckReport } from '../../plan/check-report.ts'
import type { Standing } from '../../survey/standing.ts'
import type { JsonValue } from './common.ts'

// ── GET api/plants → PlantList ───────────────────────────────────────────────────────────────────

/** A scan in the list. */
export interface PlantRow {
  readonly id: string
  /** The scan cannot be read: why. All that follows is then empty. */
  readonly broken?: string
  /** Nothing but its name was looked at yet: the rest is told by an event `plant`. */
  readonly isUnread?: boolean
  /** Address of a small JPEG of its first photograph. */
  readonly thumbnail?: string
  /** How many photographs it has. */
  readonly photographs: number
  /** From the metadata, else of the photographs' files. */
  readonly date?: string
  /** The metadata of the scan, as they are. */
  readonly metadata: { readonly [key: string]: JsonValue }
  /**
   * By step; absent until the scan was planned: the server plans in the background, those that are
   * looked at first, and tells each by an event `plant`.
   */
  readonly steps?: { readonly [step: string]: Standing }
  /** By step: what its checks say, of steps that are complete. Absent as `steps`. */
  readonly checks?: { readonly [step: string]: readonly CheckReport[] }
  /** Sentences: notes on the scan, corrections by hand that a run would leave behind. */
  readonly notes: readonly string[]
  /** How many organs are counted in the newest angles and internodes, … */
  readonly organs?: number
  /** … and the mean of the angles between them, degrees from 0 to 360, on the circle. */
  readonly meanAngle?: number
  /** The run that works on it now. */
  readonly run?: string
}

/** Answer of `api/plants`. `api/plants?only=a&only=b`: those, planned before the answer comes. */
export interface PlantList {
  /** The steps that compute, from the photographs down; the order of columns. */
  readonly steps: readonly string[]
  readonly plants: readonly PlantRow[]
  /** Sentences: folders that are no scans for their names alone. */
  readonly misnamed: readonly string[]
  /** How many of them are still to be read: the answer does not wait for all of many. */
  readonly unread: number
  /** How many of them are still to be planned. */
  readonly unplanned: number
}
