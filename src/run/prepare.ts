// Prepares a step: from what the plan saw to jobs that an executor can carry out.
import { ownValue } from '../base/own.ts'
import type { Digest } from '../base/digest.ts'
import type { Json, JsonObject } from '../base/types.ts'
import { refKey } from '../plan/facts/annotations.ts'
import { carriedOfFilesets } from '../plan/facts/copies.ts'
import type { FileFacts } from '../plan/facts/facts.ts'
import { fileValue, filesetValue, type Lookup } from '../plan/inputs/lookup.ts'
import type { Ready } from '../plan/decision.ts'
import { fileKeyOf, nameOf, type ComputingStep } from '../plan/key.ts'
import type { Annotators, Looker, SlotSight } from '../plan/inputs/resolve.ts'
import { digestsOf, toldOf } from '../plan/told.ts'
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
  readonly carried: JsonObject
}

/** @param isTaken whether a name is that of another fileset, or of something that nothing lists */
export function prepareStep(
  step: ComputingStep,
  ready: Ready,
  looker: Looker,
  artifactOf: ArtifactOf,
  isTaken: (name: string) => boolean,
): PreparedStep {
  const { each } = step.task
  return {
    step,
    ready,
    // A fileset that carries this very key makes room, so its name is free.
    name: nameOf(step, ready.key, (name) => name !== ready.replaces?.id && isTaken(name)),
    inputs: jobInputs(ready, looker, artifactOf),
    items: each === undefined ? undefined : itemsOf(step, each, ready, looker),
    carried: each === undefined ? {} : carriedMetadata(each, ready, looker),
  }
}

/** What the jobs of a step read, with values instead of digests. */
function jobInputs(
  ready: Ready,
  looker: Looker,
  artifactOf: ArtifactOf,
): Readonly<Record<string, JobInput>> {
  const lookup = looker.lookup(ready.annotators)
  const inputs = Object.entries(ready.sights)
    .filter(([, { from }]) => from !== '')
    .map(([slot, sight]) => [slot, jobInput(sight, lookup, artifactOf(sight.from))] as const)
  return Object.fromEntries(inputs)
}

function jobInput(
  { fileset, seen, selection, from }: SlotSight,
  lookup: Lookup,
  artifact: string,
): JobInput {
  const { reads, measures } = selection
  const facts = new Map(fileset?.files.map((file) => [file.id, file]))
  const files = seen.files.map(({ id }) => {
    // Safe: a step starts when its inputs are on the disk, so what it saw is there.
    const file = facts.get(id)!
    const metadata = valuesOf(reads.file, (key) => fileValue(key, fileset!.id, file, lookup)?.value)
    const { filename, path, digest, stamp, lineage } = file
    return { id, filename, path, digest, ...(stamp !== undefined && { stamp }), lineage, metadata }
  })
  return {
    task: from,
    artifact,
    ...(fileset && { fileset: fileset.id }),
    files,
    filesetMetadata: fileset
      ? valuesOf(reads.fileset, (key) => filesetValue(key, fileset, lookup))
      : {},
    scanMetadata: valuesOf(reads.scan, (key) => ownValue(lookup.scanMetadata, key)),
    ...(measures && lookup.measures && { measures: lookup.measures }),
    declared: reads,
  }
}

function valuesOf(keys: readonly string[], value: (key: string) => Json | undefined): JsonObject {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const found = value(key)
      return found === undefined ? [] : [[key, found] as const]
    }),
  )
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
  looker: Looker,
): readonly PreparedItem[] {
  const { fileset, seen } = ready.sights[each]
  const { [each]: _file, ...others } = digestsOf(toldOf(step, ready.sights))
  const scoped = scopedDigest(ready.sights[each])
  const facts = new Map(fileset?.files.map((file) => [file.id, file]))
  return seen.files.map((file) => {
    // Safe: as above.
    const of = facts.get(file.id)!
    return {
      id: file.id,
      key: fileKeyOf(step, file, { ...others, ...scoped }),
      inherits: inherited(fileset!.id, of, ready.annotators, looker),
      lineage: [{ fileset: fileset!.id, file: file.id }, ...of.lineage],
    }
  })
}

/** What all files of the slot have in common, under a name that no slot has. */
function scopedDigest({ seen }: SlotSight): Readonly<Record<string, Digest>> {
  const { fileset, scan, measures = null } = seen
  const shared = Object.keys(fileset).length + Object.keys(scan).length > 0
  if (!shared && measures === null) return {}
  // Safe: text of digests, used as one more part of a key.
  return { 'fileset and scan': JSON.stringify([fileset, scan, measures]) as Digest }
}

/** The metadata that a made file carries on, for tools that do not know of lineages. */
function inherited(
  fileset: string,
  file: FileFacts,
  annotators: Annotators,
  looker: Looker,
): JsonObject {
  const lookup = looker.lookup(annotators)
  const sources = file.lineage.map((ref) => lookup.fileMetadata(ref) ?? {})
  const refs = [...file.lineage.toReversed(), { fileset, file: file.id }]
  const annotated = lookup.annotations
    .toReversed()
    .flatMap((of) => refs.flatMap((ref) => of.get(refKey(ref)) ?? []))
  // In the order in which a value is looked up, the last word first.
  return Object.assign({}, file.metadata, ...sources, ...annotated) as JsonObject
}

/** The metadata of its fileset that a file-by-file step carries on. */
function carriedMetadata(each: string, ready: Ready, looker: Looker): JsonObject {
  const { fileset } = ready.sights[each]
  if (!fileset) return {}
  const lookup = looker.lookup(ready.annotators)
  return valuesOf(carriedOfFilesets, (key) => filesetValue(key, fileset, lookup))
}

/** Metadata that the task itself gives each file. */
export const givenMetadata = ({ task, params }: ComputingStep): JsonObject =>
  task.fileMetadata?.(params) ?? {}
