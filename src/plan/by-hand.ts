// What people put into a fileset that a step made: no task can make that again.
import { canonical } from '../base/canonical.ts'
import { sha256, type Digest } from '../base/digest.ts'
import { some } from '../base/some.ts'
import type { JsonObject } from '../base/types.ts'
import type { FilesetParts } from '../fsdb/parts.ts'
import { recordIn, type StepRecord } from './facts/record.ts'

/** What people did to a fileset, by names of files. */
export interface HandWork {
  /** Files that were changed. */
  readonly edited: readonly string[]
  /** Files that no step made, listed or not. */
  readonly added: readonly string[]
  /** Files whose metadata were set; of results from before that was recorded, none. */
  readonly metadata: readonly string[]
  /** Whether the metadata of the fileset itself were set. */
  readonly ofFileset: boolean
}

/** The digest of the metadata that a fileset had when it was made, less what says by which step. */
export function ownMetadataDigest(metadata: JsonObject): Digest {
  const { task_name: _name, task_params: _params, romi: _record, ...own } = metadata
  return sha256(canonical(own))
}

/**
 * What people put into a fileset.
 *
 * @param digestOf the digest of a file, by path
 * @param isElsewhere whether a correction lives on in another fileset, by file id and digest
 */
export async function handWork(
  { files, metadata, filesMetadata }: FilesetParts,
  digestOf: (path: string) => Promise<Digest>,
  isElsewhere?: (id: string, digest: Digest) => boolean,
): Promise<HandWork> {
  const record = recordIn(metadata)
  const byName = new Map(
    Object.entries(record?.outputs ?? {}).map(([id, output]) => [output.file, { id, output }]),
  )
  const edited: string[] = []
  for (const { name, path } of files) {
    const made = byName.get(name)
    if (made === undefined) continue
    const digest = await digestOf(path)
    const isEdited = digest !== made.output.digest || made.output.edited === true
    if (isEdited && !isElsewhere?.(made.id, digest)) edited.push(name)
  }
  return {
    edited,
    added: files.flatMap(({ name }) => (byName.has(name) ? [] : [name])),
    metadata: record ? metadataSet(record, filesMetadata) : [],
    ofFileset: record?.metadata !== undefined && record.metadata !== ownMetadataDigest(metadata),
  }
}

function metadataSet(
  { metadata, outputs }: StepRecord,
  now: ReadonlyMap<string, Digest>,
): readonly string[] {
  // Without the fileset's own digest the record is from before these were kept.
  if (metadata === undefined) return []
  return [...now].flatMap(([id, digest]) =>
    outputs[id] && outputs[id].metadata !== digest ? [id] : [],
  )
}

/** What is found where nobody touched anything. */
export const nothingByHand: HandWork = { edited: [], added: [], metadata: [], ofFileset: false }

/** Whether there is anything that would be lost. */
export const isByHand = ({ edited, added, metadata, ofFileset }: HandWork): boolean =>
  edited.length + added.length + metadata.length > 0 || ofFileset

/** `2 changed (a.png, b.png), 1 added (notes.txt), metadata of a`. */
export function handWorkText({ edited, added, metadata, ofFileset }: HandWork): string {
  const parts = [
    ...(edited.length > 0 ? [`changed by hand: ${some(edited)}`] : []),
    ...(added.length > 0 ? [`put there: ${some(added)}`] : []),
    ...(metadata.length > 0 ? [`metadata set of ${some(metadata)}`] : []),
    ...(ofFileset ? ['metadata set of the fileset'] : []),
  ]
  return parts.join('; ')
}
