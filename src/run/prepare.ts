// Prepares a step: from what the plan saw to jobs that an executor can carry out.
import type { ComputingStep } from '../pipeline/pipeline.ts'
import type { JsonObject } from '../base/types.ts'
import { refKey } from '../plan/facts/annotations.ts'
import { inheritedByFilesets } from '../plan/facts/copies.ts'
import type { FileFacts } from '../plan/facts/facts.ts'
import { filesetValue, type Lookup } from '../plan/inputs/lookup.ts'
import type { Ready } from '../plan/decision.ts'
import { fileKeysOf } from '../plan/file-keys.ts'
import { filesetNameOf } from '../plan/key.ts'
import type { Annotators, InputResolver, ResolvedInput } from '../plan/inputs/resolve.ts'
import type { FileRef } from '../task/artifact.ts'
import type { Job, JobInput, JobItem } from './job.ts'

/** The artifact that a slot holds: what the step above makes. */
type ArtifactOf = (step: string) => string

/** A step with all that its jobs need; the facts may change while it waits for its turn. */
export interface PreparedStep {
  readonly step: ComputingStep
  readonly ready: Ready
  /** The id of the fileset that it makes. */
  readonly name: string
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
  return {
    step,
    ready,
    // A fileset that carries this very key makes room, so its name is free.
    name: filesetNameOf(step, ready.key, (name) => name !== ready.replaces?.id && isTaken(name)),
    inputs: jobInputs(ready, resolver, artifactOf),
    items: each === undefined ? undefined : itemsOf(step, each, ready, resolver),
    inherited: each === undefined ? {} : inheritedByFileset(each, ready, resolver),
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
  const facts = new Map(fileset?.files.map((file) => [file.id, file]))
  const files = seen.files.map(({ id }, i) => {
    // Safe: a step starts when its inputs are on the disk, so what it saw is there.
    const file = facts.get(id)!
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
    files,
    filesetMetadata: values.fileset,
    scanMetadata: values.scan,
    ...(measures && lookup.measures && { measures: lookup.measures }),
    declared: reads,
  }
}

/** A file that a file-by-file step makes, with what its fileset will remember of it. */
export interface PreparedItem extends JobItem {
  readonly lineage: readonly FileRef[]
}

/** The files that a file-by-file step makes, and their keys. */
function itemsOf(
  step: ComputingStep,
  each: string,
  ready: Ready,
  resolver: InputResolver,
): readonly PreparedItem[] {
  const { fileset, seen } = ready.inputs[each]
  const keys = fileKeysOf(step, each, ready.inputs)
  const facts = new Map(fileset?.files.map((file) => [file.id, file]))
  return seen.files.map((file) => {
    // Safe: as above.
    const of = facts.get(file.id)!
    return {
      id: file.id,
      // Safe: there is one for each file that is seen.
      key: keys.get(file.id)!,
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
  return Object.assign({}, file.metadata, ...sources, ...annotated) as JsonObject
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

/** Metadata that the task itself gives each file. */
export const givenMetadata = ({ task, params }: ComputingStep): JsonObject =>
  task.fileMetadata?.(params) ?? {}
