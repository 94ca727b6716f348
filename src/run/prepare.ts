// Prepares a step: from what the plan saw to jobs that an executor can carry out.
import type { ComputingStep } from '../pipeline/pipeline.ts'
import type { JsonObject } from '../base/types.ts'
import { refKey } from '../plan/facts/annotations.ts'
import { inheritedByFilesets } from '../plan/facts/copies.ts'
import type { FileFacts } from '../plan/facts/facts.ts'
import { findFile } from '../plan/facts/find-file.ts'
import { recordIn } from '../plan/facts/record.ts'
import { filesetValue, type Lookup } from '../plan/inputs/lookup.ts'
import type { Ready } from '../plan/decision.ts'
import { fileKeysOf } from '../plan/file-keys.ts'
import { filesetNameOf } from '../plan/key.ts'
import type { Annotators, InputResolver, ResolvedInput } from '../plan/inputs/resolve.ts'
import type { FileRef } from '../task/artifact.ts'
import type { Job, JobFile, JobInput, JobItem } from './job.ts'

/** The artifact that a slot holds: what the step above makes. */
type ArtifactOf = (step: string) => string

/** A step with all that its jobs need; the facts may change while it waits for its turn. */
export interface PreparedStep {
  readonly step: ComputingStep
  readonly ready: Ready
  /** The id of the fileset that it makes. */
  readonly name: string
  /** What its jobs read; of a step that works file by file, its items hold their files themselves. */
  readonly inputs: Job['inputs']
  /** The files that it makes, if it works file by file. */
  readonly items: readonly PreparedItem[] | undefined
  /** Metadata that its fileset carries on. */
  readonly inherited: JsonObject
}

/** @param isTaken whether a name is that of another fileset, or of something that nothing lists */
export function prepareStep(
  step: ComputingStep,
  ready: Ready,
  resolver: InputResolver,
  artifactOf: ArtifactOf,
  isTaken: (name: string) => boolean,
): PreparedStep {
  const { each } = step.task
  // A fileset that carries this very key makes room, so its name is free.
  const name = filesetNameOf(
    step,
    ready.key,
    (other) => other !== ready.replaces?.id && isTaken(other),
  )
  const inputs = jobInputs(ready, resolver, artifactOf)
  // A slot that nothing fills has no file to make one of: the selection is checked before the start.
  if (each === undefined || !Object.hasOwn(inputs, each))
    return { step, ready, name, inputs, items: undefined, inherited: {} }
  return {
    step,
    ready,
    name,
    inputs: { ...inputs, [each]: { ...inputs[each], files: [] } },
    items: itemsOf(step, each, ready, inputs[each].files, resolver),
    inherited: inheritedByFileset(each, ready, resolver),
  }
}

/** What the jobs of a step read, with values instead of digests. */
function jobInputs(
  ready: Ready,
  resolver: InputResolver,
  artifactOf: ArtifactOf,
): Readonly<Record<string, JobInput>> {
  const lookup = resolver.lookup(ready.annotators)
  const inputs = Object.entries(ready.inputs)
    .filter(([, { from }]) => from !== '')
    .map(([slot, input]) => [slot, jobInput(input, lookup, artifactOf(input.from))] as const)
  return Object.fromEntries(inputs)
}

function jobInput(
  { fileset, seen, values, selection, from }: ResolvedInput,
  lookup: Lookup,
  artifact: string,
): JobInput {
  const { reads, measures } = selection
  const files = seen.files.map(({ id }, i) => {
    // Safe: a step starts when its inputs are on the disk, so what it saw is there.
    const file = findFile(fileset!, id)!
    const { filename, path, digest, stamp, lineage } = file
    return {
      id,
      filename,
      path,
      digest,
      ...(stamp !== undefined && { stamp }),
      lineage,
      metadata: values.files[i],
    }
  })
  return {
    task: from,
    artifact,
    ...(fileset && { fileset: fileset.id }),
    isMade: fileset !== undefined && recordIn(fileset.metadata) !== undefined,
    files,
    filesetMetadata: values.fileset,
    scanMetadata: values.scan,
    ...(measures && lookup.measures && { measures: lookup.measures }),
    declared: reads,
  }
}

/** A file that a file-by-file step makes, with what its fileset will remember of it. */
export interface PreparedItem extends JobItem {
  /** The file that it is made of. */
  readonly reads: JobFile
  readonly lineage: readonly FileRef[]
}

/** The files that a file-by-file step makes, and their keys. */
function itemsOf(
  step: ComputingStep,
  each: string,
  ready: Ready,
  files: readonly JobFile[],
  resolver: InputResolver,
): readonly PreparedItem[] {
  const { fileset, seen } = ready.inputs[each]
  const keys = fileKeysOf(step, each, ready.inputs)
  return seen.files.map((file, i) => {
    // Safe: as above.
    const of = findFile(fileset!, file.id)!
    return {
      id: file.id,
      // Safe: there is one for each file that is seen.
      key: keys.get(file.id)!,
      reads: files[i],
      inherited: inheritedByFile(fileset!.id, of, ready.annotators, resolver),
      lineage: [{ fileset: fileset!.id, file: file.id }, ...of.lineage],
    }
  })
}

/** The metadata that a made file carries on, for tools that do not know of lineages. */
function inheritedByFile(
  fileset: string,
  file: FileFacts,
  annotators: Annotators,
  resolver: InputResolver,
): JsonObject {
  const lookup = resolver.lookup(annotators)
  const sources = file.lineage.map((ref) => lookup.fileMetadata(ref) ?? {})
  const refs = [...file.lineage.toReversed(), { fileset, file: file.id }]
  const annotated = lookup.annotations
    .toReversed()
    .flatMap((of) => refs.flatMap((ref) => of.get(refKey(ref)) ?? []))
  // In the order in which a value is looked up, the last word first.
  const all = Object.assign({}, file.metadata, ...sources, ...annotated) as JsonObject
  // What a step found to have no value is absent in a copy: other tools stumble over null.
  const isNull = (key: string): boolean =>
    all[key] === null && annotated.some((of) => Object.hasOwn(of as JsonObject, key))
  return Object.fromEntries(Object.entries(all).filter(([key]) => !isNull(key)))
}

/** The metadata of its fileset that a file-by-file step carries on. */
function inheritedByFileset(each: string, ready: Ready, resolver: InputResolver): JsonObject {
  const { fileset } = ready.inputs[each]
  if (!fileset) return {}
  const lookup = resolver.lookup(ready.annotators)
  return Object.fromEntries(
    inheritedByFilesets.flatMap((key) => {
      const value = filesetValue(key, fileset, lookup)
      return value === undefined ? [] : [[key, value] as const]
    }),
  )
}

/** The part of a job that makes some files: what they are made of, and nothing of the others. */
export function partOf(
  { step, inputs }: PreparedStep,
  items: readonly PreparedItem[],
): Pick<Job, 'inputs' | 'items'> {
  const { each } = step.task
  if (each === undefined) return { inputs }
  return {
    inputs: { ...inputs, [each]: { ...inputs[each], files: items.map(({ reads }) => reads) } },
    items: items.map(({ id, key, inherited }) => ({ id, key, inherited })),
  }
}

/** How many files of other slots each job of a file-by-file step carries. */
export const carriedByEach = ({ inputs }: PreparedStep): number =>
  Object.values(inputs).reduce((sum, { files }) => sum + files.length, 0)

/** Metadata that the task itself gives each file. */
export const givenMetadata = ({ task, params }: ComputingStep): JsonObject =>
  task.fileMetadata?.(params) ?? {}
