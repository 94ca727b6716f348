// A run as its log tells of it, as all faces are told, the browser's included.
import type { RunId } from '../fsdb/id-types.ts'
import type { PlacedJobCounts } from '../run/placed-counts.ts'

/** A step of a run on a scan. */
export interface PastStep {
  readonly scan: string
  readonly step: string
  readonly is:
    'running' | 'reused' | 'finished' | 'failed' | 'skipped' | 'cancelled' | 'interrupted'
  readonly fileset?: string
  readonly seconds?: number
  /** How far it is, if it tells so: files made, or parts of its work, and how many there are. */
  readonly done?: number
  readonly total?: number
  readonly message?: string
  /** Its jobs, and where they run, if it runs on other machines. */
  readonly placed?: PlacedJobCounts
  /** Of one that is at work: when it began, or when the first of its jobs ran; ISO 8601. */
  readonly since?: string
}

/** A run, as far as its log tells. */
export interface PastRun {
  readonly id: RunId
  /** `died`: it ended without saying so. */
  readonly is: 'working' | 'ended' | 'died'
  /** ISO 8601. */
  readonly begun?: string
  /** Of one that is at work: the machine from which it was started. */
  readonly host?: string
  readonly seconds?: number
  readonly code?: number
  readonly pipeline?: string
  readonly scans: readonly string[]
  readonly steps: readonly PastStep[]
}
