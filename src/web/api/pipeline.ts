// The pipeline as a graph, and how a fileset was made by it.
import type { CheckReport } from '../../plan/check-report.ts'
import type { Standing } from '../../survey/standing.ts'
import type { JsonValue } from './common.ts'

// ── GET api/pipeline?scan=… → PipelineShown ──────────────────────────────────────────────────────

/** A parameter of a step. */
export interface ParameterShown {
  readonly name: string
  readonly value?: JsonValue
  readonly default?: JsonValue
  /** What it may be, in words: `a number from 0 to 1`. */
  readonly expects: string
  readonly doc: string
  readonly unit?: string
  readonly min?: number
  readonly max?: number
  /** The line of the pipeline file that sets it. */
  readonly line?: number
}

/** A step of the pipeline, on a scan if one was named. */
export interface StepShown {
  readonly name: string
  readonly task: string
  readonly isSource: boolean
  readonly summary: string
  /** The steps that it reads, by slot. */
  readonly upstream: { readonly [slot: string]: string }
  readonly parameters: readonly ParameterShown[]
  /** True of a step that makes file by file: `api/preview` takes it. */
  readonly canPreview: boolean
  readonly state?: Standing
  /** What would be done about it: `complete`, `run`, `maybe`, `not needed`, `cannot run`, … */
  readonly decision?: string
  /** And why, in a sentence. */
  readonly reason?: string
  readonly expectedSeconds?: number
  readonly fileset?: string
  readonly checks?: readonly CheckReport[]
  /** The failure of the last run, if the step failed in it. */
  readonly failure?: { readonly run: string; readonly message: string }
}

/** The pipeline as a graph. */
export interface PipelineShown {
  readonly file: string
  readonly targets: readonly string[]
  /** In an order in which each comes after all that it reads. */
  readonly steps: readonly StepShown[]
}

// ── GET api/plants/:scan/record/:fileset → RecordShown ───────────────────────────────────────────

/** What a fileset was made from, when, where and how: as `romi-run why` prints it. */
export interface RecordShown {
  readonly fileset: string
  readonly task?: string
  readonly lines: readonly string[]
  /** The record as it stands in the metadata. */
  readonly record?: JsonValue
}
