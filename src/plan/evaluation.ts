// The evaluation of a step: what its inputs alone say of it, before anybody asks whether it is needed.
import type { Digest } from '../base/digest.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import type { Annotations } from './facts/annotations.ts'
import type { Decision, Progress, Ready, StopCause } from './decision.ts'
import type { FilesetFacts, ScanFacts } from './facts/facts.ts'
import type { InputResolver } from './inputs/resolve.ts'

/** Where a step's output stands. */
export type OutputState =
  | {
      readonly is: 'here'
      readonly fileset: FilesetFacts | undefined
      readonly annotations: Annotations | undefined
    }
  /** Not on the disk, but its key is known, so a record may tell what it was. */
  | {
      readonly is: 'remembered'
      readonly key: Digest
      /** The filesets that it would descend from, nearest first. */
      readonly lineage: readonly string[]
    }
  | { readonly is: 'unknown'; readonly because: string }
  | { readonly is: 'absent'; readonly cause: StopCause; readonly why: string }

export interface StepEvaluation {
  readonly state: OutputState
  readonly decision: Decision
  /** Steps that must be there before more can be done, or said, about this one. */
  readonly needs: readonly string[]
  /** Steps that must be there besides, if it turns out that this one must run. */
  readonly needsIfRun: readonly string[]
  readonly ready?: Ready
  /** What it need not wait for. */
  readonly instead?: Instead
}

/** A step that need not be waited for, and what to write so that it is not. */
export interface Instead {
  readonly step: string
  readonly hint: string
}

/** What deciding about the steps of one scan goes by. */
export interface PlanContext {
  readonly pipeline: Pipeline
  readonly facts: ScanFacts
  readonly progress: Progress
  readonly resolver: InputResolver
  /** The evaluations of the steps above the one that is decided on. */
  readonly above: ReadonlyMap<string, StepEvaluation>
}

/** The evaluation of a step whose output is there without doing anything. */
export const given = (
  fileset: FilesetFacts | undefined,
  annotations: Annotations | undefined,
): StepEvaluation => ({
  state: { is: 'here', fileset, annotations },
  decision: { do: 'reuse', fileset: fileset?.id, edited: [] },
  needs: [],
  needsIfRun: [],
})

/** The evaluation of a step that cannot run. */
export const stopped = (
  why: string,
  cause: StopCause = 'missing',
  needs: readonly string[] = [],
): StepEvaluation => ({
  state: { is: 'absent', cause, why },
  decision: { do: 'stop', cause, why },
  needs,
  needsIfRun: [],
})

/** Why a step cannot run, with what to write so that it can. */
export const withHint = (why: string, { hint }: Instead): string => `${why}. ${hint}`
