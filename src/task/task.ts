// A task is data plus one function: what it reads, its parameters, what it makes, and how.
import type { ErrorCode } from '../base/codes.ts'
import type { JsonObject } from '../base/types.ts'
import type { Artifact, FileArtifact, InputFile, ValueOf } from './artifact.ts'
import type { ModuleCode } from './code/module-code.ts'
import type { Checks } from './check.ts'
import type { Params, ParamValues } from './param.ts'
import type { FilesSlot, InputsOf, InputSlots } from './slot.ts'

/** A program that a task starts, so that its absence is told before anything long begins. */
export interface Program {
  /** Its name on the PATH. */
  readonly name: string
  /** How to get it: `apt-get install colmap`. */
  readonly install: string
  /** The arguments that make it print its version, which is kept with the result. Default: `--version`. */
  readonly version?: readonly string[]
}

/** A number of threads, or how it is found. */
export type Cpu = number | 'all' | 'spare'

/** What one run of the task needs of the machine, and how it may fail. */
export interface Limits {
  /**
   * Threads that it keeps busy; `'all'`: as many as there are, and no other step beside it; `'spare'`:
   * one, and those that no other step has or waits for when it begins; on a cluster those of the node.
   * Default: 1.
   */
  readonly cpu?: Cpu
  /**
   * Memory, in MB, that must be free to start it. `'large'`: it may take most of the machine's, how much
   * only its data tell, so that one such step works at a time, others beside it.
   */
  readonly memory?: number | 'large'
  /** How often a failure is tried again. Default: 0. */
  readonly retries?: number
  /** After how many seconds it is stopped as failed. Default: never. */
  readonly timeLimit?: number
}

/** What a task says while it works. */
export interface Log {
  /** Something that only its author cares about. */
  debug(text: string): void
  info(text: string): void
  /** Something that the reader can change; the summary of the run repeats it. */
  warn(text: string): void
}

/** Options of a program that a task starts. */
export interface ExecOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Called with each line that it prints, on either stream; for progress. */
  readonly onLine?: (line: string) => void
  /** The exit codes that mean success. Default: 0. */
  readonly okCodes?: readonly number[]
}

/** What a program printed. */
export interface ExecResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** All that a running task may touch: no database, no clock, no console. */
export interface TaskContext<I extends InputSlots = InputSlots, P extends Params = Params> {
  readonly inputs: InputsOf<I>
  readonly params: ParamValues<P>
  readonly log: Log
  /** Tells how far it is; `what` names the part that is being worked on. */
  readonly progress: (done: number, total: number, what?: string) => void
  /**
   * Reports the value of a check that the task declares: of its result, or of the file that it makes.
   * What is no number is not known.
   * @param note what it is of, such as names of photographs
   */
  readonly check: (name: string, value: number, note?: string) => void
  /** Fires when the run is stopped; long loops look at it. */
  readonly signal: AbortSignal
  /** How many threads it may keep busy; must not change the result. */
  readonly threads: number
  /** An empty folder that is removed afterwards, whatever happens. */
  readonly scratch: () => Promise<string>
  /**
   * Runs a program to its end; its output goes into the log of the run, its whole process group ends
   * with the run.
   * @throws RomiError `task/program-missing`, `task/program-failed`, `task/program-killed`
   */
  readonly exec: (
    program: string,
    args: readonly string[],
    options?: ExecOptions,
  ) => Promise<ExecResult>
}

interface Definition<I extends InputSlots, P extends Params, A extends Artifact> {
  /** In PascalCase, without `_`: it begins the names of filesets. */
  readonly name: string
  /** Raise it when the same inputs would give other results. */
  readonly version: number
  /** One sentence for people. */
  readonly summary: string
  /** More, for `romi-run tasks NAME`: method, source, differences from ROMI. */
  readonly doc?: string
  readonly inputs: I
  readonly params: P
  /** Keys of old pipelines that have no effect here, with why. */
  readonly ignored?: Readonly<Record<string, string>>
  readonly output: A
  /** True if its artifact attaches metadata to files of other filesets. */
  readonly annotates?: true
  readonly programs?: readonly Program[]
  readonly limits?: Limits
  /**
   * True of what takes some milliseconds, whatever it reads: the run does it itself, as starting a
   * thread would take longer. While it computes, nothing else of the run goes on.
   */
  readonly brief?: true
  /**
   * Codes of failures that last elsewhere and that another try of this task may not meet, because it
   * draws at random.
   */
  readonly retryOn?: readonly ErrorCode[]
  /** Numbers that tell how far its result can be trusted; they enter no key. */
  readonly checks?: Checks
}

/** A task that makes one value, its whole fileset. */
export interface WholeDefinition<
  I extends InputSlots,
  P extends Params,
  A extends Artifact,
> extends Definition<I, P, A> {
  readonly each?: undefined
  run(context: TaskContext<I, P>): Promise<ValueOf<A>> | ValueOf<A>
}

/** A task that makes one file of each file of a slot: cached, parallel and resumed per file. */
export interface EachDefinition<
  I extends InputSlots,
  P extends Params,
  A extends FileArtifact,
  E extends keyof I & string,
> extends Definition<I, P, A> {
  readonly each: E
  /** Metadata that each made file bears, beside what it inherits. */
  readonly fileMetadata?: (params: ParamValues<P>) => JsonObject
  run(
    context: TaskContext<I, P> & { readonly file: InputFile; readonly value: EachValue<I[E]> },
  ): Promise<ValueOf<A>> | ValueOf<A>
}

type EachValue<S> = S extends FilesSlot<infer A> ? ValueOf<A> : never

const taskBrand = Symbol.for('romi-run/task')

/** A task that computes, with its types forgotten: what the engine works on. */
export interface ComputingTask extends Definition<InputSlots, Params, Artifact> {
  readonly is: 'computing'
  readonly each: string | undefined
  readonly fileMetadata?: (params: Readonly<Record<string, unknown>>) => JsonObject
  /** The code of a user's own module, as the loader found it. */
  readonly code?: ModuleCode | undefined
  /** For code that is partly loaded only when it runs: throws if that is not what was read first. */
  readonly assertCode?: (() => Promise<void>) | undefined
  run(context: TaskContext & { readonly file?: InputFile; readonly value?: unknown }): unknown
}

/** What a source step sees of a scan. */
export interface ScanView {
  readonly scan: string
  /** In the order of `files.json`. */
  readonly filesets: readonly { readonly id: string; readonly files: readonly string[] }[]
}

/** Where the data of a source step stand, or why they do not. */
export type Located =
  | { readonly is: 'found'; readonly fileset: string; readonly only?: readonly string[] }
  | { readonly is: 'nothing-needed' }
  | { readonly is: 'missing'; readonly why: string }

interface SourceDefinition<P extends Params, A extends Artifact> {
  readonly name: string
  readonly summary: string
  readonly doc?: string
  readonly params: P
  readonly ignored?: Readonly<Record<string, string>>
  readonly output: A
  locate(scan: ScanView, params: ParamValues<P>): Located
}

/** A step that asserts instead of computing: its data are in the scan already. */
export interface SourceTask extends Omit<SourceDefinition<Params, Artifact>, 'locate'> {
  readonly is: 'source'
  locate(scan: ScanView, params: Readonly<Record<string, unknown>>): Located
}

export type Task = ComputingTask | SourceTask

/** Whether a task attaches metadata to files of filesets that it did not make. */
export const isAnnotating = (task: Task): boolean =>
  task.is === 'computing' && task.annotates === true

/**
 * Declares a task that computes.
 *
 * @example
 * export default defineTask({
 *   name: 'ExcessGreen',
 *   version: 1,
 *   summary: 'Marks the pixels that are greener than they are red and blue.',
 *   inputs: { upstream_task: files(images, { default: 'ImagesFilesetExists' }) },
 *   params: { threshold: param.float({ default: 0.2, doc: 'excess green above which a pixel is plant' }) },
 *   output: masks,
 *   each: 'upstream_task',
 *   run: ({ value, params }) => thresholded(excessGreen(value), params.threshold),
 * })
 */
export function defineTask<
  const I extends InputSlots,
  const P extends Params,
  A extends FileArtifact,
  const E extends keyof I & string,
>(definition: EachDefinition<I, P, A, E>): ComputingTask
export function defineTask<const I extends InputSlots, const P extends Params, A extends Artifact>(
  definition: WholeDefinition<I, P, A>,
): ComputingTask
export function defineTask(definition: object): ComputingTask {
  // Safe: both overloads hold all that a ComputingTask has; only the types of values are forgotten.
  return Object.freeze({
    each: undefined,
    ...definition,
    is: 'computing',
    [taskBrand]: true,
  }) as unknown as ComputingTask
}

/** Declares a step that asserts that data exist. */
export function defineSource<const P extends Params, A extends Artifact>(
  definition: SourceDefinition<P, A>,
): SourceTask {
  // Safe: `locate` is only ever called with values that its own parameters parsed.
  return Object.freeze({ ...definition, is: 'source', [taskBrand]: true }) as unknown as SourceTask
}

/** True of what `defineTask` and `defineSource` made, in whichever copy of this library. */
export function isTask(value: unknown): value is Task {
  return typeof value === 'object' && value !== null && taskBrand in value
}
