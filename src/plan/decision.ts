// What is to be done about each step of a pipeline on one scan, and why: the words of a plan.
import type { Digest } from '../base/digest.ts'
import type { Step } from '../pipeline/pipeline.ts'
import type { CheckReport } from './check-report.ts'
import type { LeftEdits } from './edits.ts'
import type { MadeFileset } from './facts/facts.ts'
import type { Annotators, ResolvedInput } from './inputs/resolve.ts'
import type { Reason } from './reason.ts'

/** What is to be done about a step. */
export type Decision =
  | {
      readonly do: 'reuse'
      readonly fileset: string | undefined
      /** Ids of files that were changed by hand since they were made. */
      readonly edited: readonly string[]
      /** What the checks of the result say; absent: it has none. */
      readonly checks?: readonly CheckReport[]
      /** The last that its task said; absent: nothing that was kept. */
      readonly said?: string
      /** What its task warned of; absent: of nothing that was kept. */
      readonly warned?: readonly string[]
    }
  | {
      readonly do: 'run'
      readonly reason: Reason
      /** Corrections by hand that would not be in what is made. */
      readonly leaves?: readonly LeftEdits[]
    }
  /** It depends on how something comes out that is made first. */
  | { readonly do: 'maybe'; readonly reason: Reason; readonly leaves?: readonly LeftEdits[] }
  /** Nobody needs it. */
  | { readonly do: 'leave' }
  | { readonly do: 'stop'; readonly cause: StopCause; readonly why: string }

/**
 * Why a step cannot run: data or a program are missing, an evaluation that nobody asked for by name
 * has no truth, or a step above it gave no result in this run.
 */
export type StopCause = 'missing' | 'passed-over' | 'input-lost'

/** What a step will be made from, once all its inputs are there. */
export interface Ready {
  readonly key: Digest
  /** By slot. */
  readonly inputs: Readonly<Record<string, ResolvedInput>>
  readonly annotators: Annotators
  /** The fileset that carries the key but is damaged, or is made again by force. */
  readonly replaces?: MadeFileset
}

/** A step of the plan. */
export interface PlannedStep {
  readonly step: Step
  readonly decision: Decision
  /** Present once every input is on the disk: the step can start. */
  readonly ready?: Ready
}

/** What has happened since: nothing, for a plan that is only shown. */
export interface Progress {
  /** Steps to make again though they are complete. */
  readonly forced: ReadonlySet<string>
  /** Whether forced steps make files anew that were corrected by hand. */
  readonly dropsEdits?: boolean
  /** Steps that will not give a result in this run. */
  readonly failed: ReadonlySet<string>
  /** How to install the programs that are not on this machine, by name. */
  readonly missingPrograms: ReadonlyMap<string, string>
}
