// Reads what the plan wants to know of one fileset.
import type { Digest } from '../../base/digest.ts'
import { isRomiError } from '../../base/errors.ts'
import type { JsonObject } from '../../base/types.ts'
import type { DigestCache } from '../../fsdb/digests.ts'
import type { FilesetLook } from '../../fsdb/scan-look.ts'
import { inheritedByFilesets, withoutInherited } from './copies.ts'
import type { FileFacts, FilesetFacts } from './facts.ts'
import { recordIn, type StepRecord } from './record.ts'
import { noMetadata } from '../../fsdb/metadata.ts'

/** A fileset, with the digests of its files; and, of all files that it lists, their own metadata. */
export async function readFileset(
  look: FilesetLook,
  digests: DigestCache,
): Promise<{ readonly facts: FilesetFacts; readonly own: ReadonlyMap<string, JsonObject> }> {
  const { files: listed, stats, metadata, filesMetadata: all, problems } = look
  const record = recordIn(metadata)
  const files: FileFacts[] = []
  const gone: string[] = []
  for (const { id, filename, path } of listed) {
    const known = digests.cachedAs(path, stats.get(id))
    const digest = known ?? (await digestOrAbsent(digests, path))
    const lineage = record?.outputs[id]?.lineage ?? []
    const of = all.get(id) ?? noMetadata
    const own = withoutInherited(of, record?.carried ?? [])
    const stamp = digests.stampOf(path)
    const at = { id, filename, path, ...(stamp !== undefined && { stamp }) }
    if (digest) files.push({ ...at, digest, metadata: of, own, lineage })
    else gone.push(id)
  }
  const facts = {
    id: look.id,
    metadata,
    own: ownMetadata(metadata, record),
    lineage: record?.lineage ?? [],
    maker: record && isAsMade(files, record) ? record.key : undefined,
    files,
    gone,
    unusable: problems.map(({ at, why }) => `${at}: ${why}`),
  }
  return { facts, own: ownByFile(all, record) }
}

/** A listed file that is gone has no content: its step sees as much when it compares. */
async function digestOrAbsent(digests: DigestCache, path: string): Promise<Digest | undefined> {
  try {
    return await digests.digest(path)
  } catch (error) {
    if (isRomiError(error, 'store/file-gone')) return undefined
    throw error
  }
}

/** A fileset's metadata less the copies that it carries on. */
export const ownMetadata = (metadata: JsonObject, record: StepRecord | undefined): JsonObject =>
  record && record.lineage.length > 0 ? withoutInherited(metadata, inheritedByFilesets) : metadata

/** The metadata of a fileset's files, by file id, less the copies that they carry on. */
export function ownByFile(
  metadata: ReadonlyMap<string, JsonObject>,
  record: StepRecord | undefined,
): ReadonlyMap<string, JsonObject> {
  const { carried = [] } = record ?? {}
  if (carried.length === 0) return metadata
  return new Map([...metadata].map(([id, of]) => [id, withoutInherited(of, carried)]))
}

/** Whether a fileset has the very files that its step wrote. */
const isAsMade = (files: readonly FileFacts[], { outputs }: StepRecord): boolean =>
  files.length === Object.keys(outputs).length &&
  files.every(({ id, filename, digest }) => {
    const output = outputs[id]
    return output?.digest === digest && output.file === filename && !output.edited
  })
