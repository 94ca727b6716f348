// Input slots: what a task reads, under the name that ROMI's TOML files use for it.
import type {
  Artifact,
  FileArtifact,
  FilesetArtifact,
  InputFile,
  InputFileset,
  Reads,
  ValueOf,
} from './artifact.ts'

/** Metadata keys a slot reads; the short list means keys of its files. May follow the parameters. */
export type ReadsOption = Declared | ((params: Readonly<Record<string, unknown>>) => Declared)
type Declared = readonly string[] | Reads

/** What every slot may say of itself. */
export interface SlotOptions {
  /** The task that fills it where the table names none; `undefined`: it may stay empty. */
  readonly default: string | undefined
  readonly doc?: string
  /** The metadata that the step reads through it; what is not declared cannot be read. */
  readonly reads?: ReadsOption
  /**
   * True of a slot that its task did not always have: while it finds nothing, which is no error
   * then, it is in no key and no name, so that results of the time before are complete as they stand.
   */
  readonly neutral?: boolean
  /** Old names that pipelines in the field still use. */
  readonly aliases?: readonly string[]
  /**
   * For annotations: true where nothing is read of the step that the slot names, because the
   * parameters say so or a calibrated scan stands in for it. Then no such step is asked for.
   */
  readonly unneeded?: (step: SlotWording) => boolean
  /**
   * For annotations: what the files may carry themselves instead, first what serves best, and what to
   * write in the step's table so that it is read; told where the step that would annotate cannot run.
   */
  readonly carried?: (params: Readonly<Record<string, unknown>>) => readonly CarriedInstead[]
  /** True if the step also reads what was measured by hand on the scan. */
  readonly measures?: boolean
  /**
   * For the truth of an evaluation: tells whether it is there; where it is not, the evaluation is
   * passed over unless it was asked for by name.
   */
  readonly groundTruth?: (found: FoundTruth) => boolean
}

/** A metadata key of files that does for annotations. */
export interface CarriedInstead {
  readonly key: string
  /** Settings as they stand in a pipeline file. */
  readonly write: string
}

/** What a step's table says that tells whether one of its slots is needed. */
export interface SlotWording {
  /** The task that the slot names. */
  readonly upstream: string
  readonly params: Readonly<Record<string, unknown>>
  /** The tasks of other scans that the step's other slots name scans for. */
  readonly calibrated: ReadonlySet<string>
}

/** What is known of a slot that should hold the truth, before anything is read. */
export interface FoundTruth {
  /** The name of the artifact that fills it. */
  readonly artifact: string
  /** Whether the scan was measured by hand. */
  readonly measured: boolean
  /** How many files there are. */
  readonly files: number
}

/**
 * How a slot is filled:
 * - `files`: some files of a fileset, one value each
 * - `fileset`: a fileset as one value
 * - `annotations`: no file at all, but metadata: annotations on other files, the fileset's own
 * - `scan`: the latest fileset of a task in *another* scan, which is never built for it
 */
interface SlotOf<Is extends string, A extends Artifact> {
  readonly is: Is
  readonly accepts: readonly A[]
  readonly options: SlotOptions
}
export type FilesSlot<A extends Artifact = Artifact> = SlotOf<'files', A>
export type FilesetSlot<A extends Artifact = Artifact> = SlotOf<'fileset', A>
export type AnnotationsSlot = SlotOf<'annotations', never>
export interface ScanSlot<A extends Artifact = Artifact> extends SlotOf<'scan', A> {
  readonly task: string
}
export type Slot = FilesSlot | FilesetSlot | AnnotationsSlot | ScanSlot
export type InputSlots = Readonly<Record<string, Slot>>

/** Files of a fileset, one value each: `files(images, { default: 'ImagesFilesetExists' })`. */
export const files = <A extends FileArtifact>(
  accepts: A | readonly A[],
  options: SlotOptions,
): FilesSlot<A> => ({ is: 'files', accepts: list(accepts), options })

/** A fileset as one value: `fileset(pointCloud, { default: 'PointCloud' })`; may accept several artifacts. */
export const fileset = <A extends FilesetArtifact>(
  accepts: A | readonly A[],
  options: SlotOptions,
): FilesetSlot<A> => ({ is: 'fileset', accepts: list(accepts), options })

/** Any step, for the metadata that it carries: annotations on other files, its fileset's own. */
export const annotations = (options: SlotOptions): AnnotationsSlot => ({
  is: 'annotations',
  accepts: [],
  options,
})

/** The latest fileset of `task` in the scan that the table names; `""` means none. */
export const otherScan = <A extends FilesetArtifact>(
  task: string,
  accepts: A | readonly A[],
  options: Omit<SlotOptions, 'default'>,
): ScanSlot<A> => ({
  is: 'scan',
  task,
  accepts: list(accepts),
  options: { ...options, default: undefined },
})

const list = <A>(one: A | readonly A[]): readonly A[] =>
  Array.isArray(one) ? (one as readonly A[]) : [one as A]

/** The files of a slot, with their values. */
export interface FilesInput<T> extends InputFileset {
  /** Decodes one of its files. */
  read(file: InputFile): Promise<T>
}

/** A fileset as one value; `artifact` tells which, where a slot accepts several. */
export type FilesetInput<A> =
  A extends Artifact<infer Name>
    ? Omit<InputFileset, 'artifact'> & { readonly artifact: Name; read(): Promise<ValueOf<A>> }
    : never

/** What a task finds in `inputs[name]`; `undefined` where an optional slot stays empty. */
export type InputOf<S> =
  S extends FilesSlot<infer A>
    ? FilesInput<ValueOf<A>>
    : S extends FilesetSlot<infer A>
      ? FilesetInput<A>
      : S extends AnnotationsSlot
        ? InputFileset
        : S extends ScanSlot<infer A>
          ? FilesetInput<A> | undefined
          : never

/** The inputs of a task, by slot. */
export type InputsOf<I extends InputSlots> = { readonly [K in keyof I]: InputOf<I[K]> }

/** All the metadata that a step reads through a slot, with what its artifacts take. */
export function readsOf(slot: Slot, params: Readonly<Record<string, unknown>>): Required<Reads> {
  const option = slot.options.reads ?? []
  const declared = typeof option === 'function' ? option(params) : option
  const own: Reads = isList(declared) ? { file: declared } : declared
  const all: Reads[] = [own, ...slot.accepts.map((artifact: Artifact) => artifact.reads ?? {})]
  const keys = (of: keyof Reads) => [...new Set(all.flatMap((reads) => reads[of] ?? []))].sort()
  return { file: keys('file'), fileset: keys('fileset'), scan: keys('scan') }
}

const isList = (declared: Declared): declared is readonly string[] => Array.isArray(declared)
