// A pipeline: steps wired to one another, understood and free of mistakes.
import type { Digest } from '../base/digest.ts'
import type { JsonObject } from '../base/types.ts'
import type { Checks } from '../task/check.ts'
import { significant } from '../task/param.ts'
import type { ComputingTask, Limits, Task } from '../task/task.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { ExecutorName } from './executor-names.ts'
import { closureOf } from './order.ts'
import type { SlurmAsks, SlurmSettings } from './slurm-settings.ts'

/** What fills a slot: another step, the fileset of another scan, or nothing. */
export type Wire =
  | { readonly is: 'step'; readonly step: string }
  | { readonly is: 'scan'; readonly scan: string; readonly task: string }
  | { readonly is: 'empty' }

/** What makes a result, whatever is read: it enters every key of the step, and is worked out once. */
export interface StepIdentity {
  readonly task: string
  /** The version of a task that computes. */
  readonly version?: number
  /** The digest of the code, of a task of a user's own module. */
  readonly code?: Digest
  /** The parameters that tell the result, defaults resolved. */
  readonly params: JsonObject
}

/** A task with its parameters and wiring; there is one step a task. */
export interface Step {
  /** The task's name. */
  readonly name: string
  readonly task: Task
  /** Every parameter's value, defaults resolved. */
  readonly params: Readonly<Record<string, unknown>>
  readonly identity: StepIdentity
  /** Lists and maps as the file spells them, by parameter: a name tells `1` (a bigint) from `1.0`. */
  readonly written: Readonly<Record<string, unknown>>
  readonly wires: Readonly<Record<string, Wire>>
  /** The lines that set its keys, by parameter or slot; absent: a default. */
  readonly lines: Readonly<Record<string, number>>
  /** Where its table begins; absent if it has none. */
  readonly line?: number
  /** The task's limits with those of `[Task.romi]` over them. */
  readonly limits: Limits
  /** The task's checks with the limits of `[Task.romi.checks]` over theirs. */
  readonly checks?: Checks
  /** The fileset that stands in for the step's output (`[Task.romi] adopt`). */
  readonly adopt?: string
  /** What its jobs ask of a cluster (`[Task.romi.slurm]`). */
  readonly slurm?: SlurmAsks
}

/** A step whose task computes. */
export type ComputingStep = Step & { readonly task: ComputingTask }

/** The table `[romi]`: settings of the run; `code` says what counts, no other changes a result. */
export interface Settings {
  readonly database?: string
  readonly scans?: readonly string[]
  readonly targets?: readonly string[]
  readonly modules?: readonly string[]
  readonly code?: 'tokens' | 'version'
  readonly executor?: ExecutorName
  readonly jobs?: number
  /** From the folder of the file. */
  readonly scratch?: string
  readonly unit?: string
  readonly slurm?: SlurmSettings
}

/** A pipeline that parsed without mistakes. */
export interface Pipeline {
  /** The path of its file. */
  readonly file: string
  readonly settings: Settings
  /** By task name; each step comes after those that it reads. */
  readonly steps: ReadonlyMap<string, Step>
  /** The steps whose results are asked for. */
  readonly targets: readonly string[]
  /** True if the targets were named, not found by having no reader. */
  readonly targetsNamed: boolean
  /** Tables and slots name them, and they may be of modules, which were not to be loaded. */
  readonly notLoaded: readonly string[]
  readonly notes: readonly Diagnostic[]
}

/** The steps that `step` reads, each once, in the order of its slots. */
export function upstreamOf(step: Pick<Step, 'wires'>): string[] {
  const steps = Object.values(step.wires).flatMap((wire) => (wire.is === 'step' ? [wire.step] : []))
  return [...new Set(steps)]
}

/** The steps that a step is made from, directly or not, each once, the direct ones first. */
export function allUpstreamOf(name: string, { steps }: Pipeline): ReadonlySet<string> {
  // Safe: a pipeline has every step that another one reads.
  const above = (step: string): string[] => {
    const of = steps.get(step)!
    // A fileset stands in for what it makes: nothing above it counts.
    return of.adopt === undefined ? upstreamOf(of) : []
  }
  return closureOf(above(name), above)
}

/** The identity of a step, from its task and its parameters' values. */
export function identityOf({ task, params }: Pick<Step, 'task' | 'params'>): StepIdentity {
  const telling = significant(task.params, params)
  if (task.is === 'source') return { task: task.name, params: telling }
  const { version, code } = task
  return { task: task.name, version, ...(code && { code: code.digest }), params: telling }
}
