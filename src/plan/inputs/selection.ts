// How a slot chooses: which files, by id or by query, and which metadata it reads of them.
import type { ComputingStep } from '../../pipeline/pipeline.ts'
import { canonical } from '../../base/canonical.ts'
import { sha256, type Digest } from '../../base/digest.ts'
import type { JsonObject } from '../../base/types.ts'
import type { FilesetArtifact, Reads } from '../../task/artifact.ts'
import { readsOf, type Slot } from '../../task/slot.ts'

export interface Selection {
  /** The ids of the files that count; `undefined`: all. */
  readonly only: readonly string[] | undefined
  readonly query: JsonObject
  readonly reads: Required<Reads>
  readonly measures: boolean
}

/** How a slot of a step chooses. */
export function selectionOf(step: ComputingStep, name: string): Selection {
  const slot = step.task.inputs[name]
  const queried = Object.entries(step.task.inputs).find(([, { is }]) => is === 'files')?.[0]
  return {
    only: onlyOf(slot.accepts),
    query: name === queried ? queryOf(step.params) : {},
    reads: readsOf(slot, step.params),
    measures: slot.options.measures ?? false,
  }
}

/** What the files that a step works on must have in their metadata. */
export const queryOf = ({ query }: ComputingStep['params']): JsonObject =>
  // Safe: a parameter named `query` is made by `param.query`.
  (query as JsonObject | undefined) ?? {}

/**
 * The files that make up every accepted artifact: none, if a slot accepts annotations only; all files,
 * if one of them does not say.
 */
function onlyOf(accepts: Slot['accepts']): readonly string[] | undefined {
  // Safe: `only` is absent from the artifacts that are no fileset artifacts.
  const lists = accepts.map((artifact) => (artifact as Partial<FilesetArtifact>).only)
  return lists.every((list) => list !== undefined) ? [...new Set(lists.flat())].sort() : undefined
}

/** Whether choosing or reading takes metadata of the files: then annotations on them matter. */
export const asksFiles = ({ query, reads }: Selection): boolean =>
  reads.file.length > 0 || Object.keys(query).length > 0

/** The digest of how a slot chooses. */
export const digestOfSelection = ({ only, query, reads, measures }: Selection): Digest =>
  sha256(canonical({ only: only ?? null, query, reads: { ...reads }, measures }))
