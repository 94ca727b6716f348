// All that lies of a fileset, listed or not: its files, its metadata and theirs.
import { join } from 'node:path'
import { sha256, type Digest } from '../base/digest.ts'
import type { Disk } from '../base/system.ts'
import type { JsonObject } from '../base/types.ts'
import { parseMetadata } from './metadata.ts'

/** Where the parts of a fileset lie, absolute. */
export interface PartPaths {
  readonly files: string
  readonly filesMetadata: string
  readonly metadata: string
}

/** What lies of a fileset on the disk, whatever the index says. */
export interface FilesetParts {
  /** Its regular files, sorted by name; those that begin with a dot apart. */
  readonly files: readonly { readonly name: string; readonly path: string }[]
  readonly metadata: JsonObject
  /** The digests of the metadata of its files, by file id. */
  readonly filesMetadata: ReadonlyMap<string, Digest>
}

/** Reads what lies of a fileset. @throws RomiError `store/metadata-damaged` */
export function readParts(disk: Disk, { files, filesMetadata, metadata }: PartPaths): FilesetParts {
  const namesIn = (folder: string): string[] =>
    (disk.list(folder) ?? [])
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort()
  return {
    files: namesIn(files).map((name) => ({ name, path: join(files, name) })),
    metadata: disk.stat(metadata) ? parseMetadata(disk.readText(metadata), metadata) : {},
    filesMetadata: new Map(
      namesIn(filesMetadata).flatMap((name) => {
        if (!name.endsWith('.json')) return []
        return [[name.slice(0, -5), sha256(disk.readText(join(filesMetadata, name)))] as const]
      }),
    ),
  }
}
