// What a step sees through a slot: the files that it selects and the metadata that it declared.
import { canonical } from '../base/canonical.ts'
import { sha256, type Digest } from '../base/digest.ts'
import type { Json, JsonObject } from '../base/types.ts'
import type { FileRef, Reads } from '../task/artifact.ts'
import { refKey, type Annotations } from './annotations.ts'
import type { SeenContent, SeenFile } from './record.ts'

/** A file of the scan, as the plan sees it. */
export interface FileFacts {
  readonly id: string
  readonly filename: string
  readonly path: string
  readonly digest: Digest
  /** Its own copy of metadata. */
  readonly metadata: JsonObject
  /** The files it was made from, file by file, nearest first. */
  readonly lineage: readonly FileRef[]
}

/** A fileset of the scan, as the plan sees it. */
export interface FilesetFacts {
  readonly id: string
  readonly metadata: JsonObject
  /** The filesets it descends from, nearest first. */
  readonly lineage: readonly string[]
  /** The key of the step that made it; absent for a source. */
  readonly maker: Digest | undefined
  readonly files: readonly FileFacts[]
  /** Ids of files that are listed but not on the disk. */
  readonly gone: readonly string[]
}

/** Where metadata is looked up besides the file itself. */
export interface Lookup {
  readonly annotations: readonly Annotations[]
  fileMetadata(ref: FileRef): JsonObject | undefined
  filesetMetadata(id: string): JsonObject | undefined
  readonly scanMetadata: JsonObject
  readonly measures: JsonObject | undefined
}

/** How a slot chooses: which files, by id or by query, and which metadata it reads of them. */
export interface Selection {
  readonly only: readonly string[] | undefined
  readonly query: JsonObject
  readonly reads: Required<Reads>
  readonly measures: boolean
}

/** Whether choosing or reading takes metadata of the files: then annotations on them matter. */
export const asksFiles = ({ query, reads }: Selection): boolean =>
  reads.file.length > 0 || Object.keys(query).length > 0

/** A metadata value, and whether it was annotated. */
export interface Value {
  readonly value: Json
  readonly annotated: boolean
}

/**
 * A file's metadata value: what was annotated, nearest file first; else the source's, from the
 * photograph on; else the file's own copy.
 */
export function fileValue(
  key: string,
  fileset: string,
  file: Pick<FileFacts, 'id' | 'lineage' | 'metadata'>,
  lookup: Lookup,
): Value | undefined {
  for (const ref of lookup.annotations.length > 0
    ? [{ fileset, file: file.id }, ...file.lineage]
    : []) {
    for (const annotations of lookup.annotations) {
      const value = annotations.get(refKey(ref))?.[key]
      if (value !== undefined) return { value, annotated: true }
    }
  }
  for (let i = file.lineage.length - 1; i >= 0; i--) {
    const value = lookup.fileMetadata(file.lineage[i])?.[key]
    if (value !== undefined) return { value, annotated: false }
  }
  const value = file.metadata[key]
  return value === undefined ? undefined : { value, annotated: false }
}

/** A fileset's metadata value: that of the photographs it descends from, else its own copy. */
export function filesetValue(
  key: string,
  fileset: Pick<FilesetFacts, 'metadata' | 'lineage'>,
  lookup: Lookup,
): Json | undefined {
  for (let i = fileset.lineage.length - 1; i >= 0; i--) {
    const value = lookup.filesetMetadata(fileset.lineage[i])?.[key]
    if (value !== undefined) return value
  }
  return fileset.metadata[key]
}

/** A metadata value as it is compared: a short one as it is, a long one by its digest. */
export interface Witnessed {
  readonly text: string
  readonly annotated: boolean
}

/** What can be seen: files on the disk, or what a record remembers of them. */
export interface Scene {
  /** Sorted by id. */
  readonly files: readonly Omit<SeenFile, 'metadata'>[]
  fileValue(key: string, index: number): Witnessed | undefined
  filesetValue(key: string): string | undefined
  scanValue(key: string): string | undefined
  readonly measures: string | undefined
}

/** What a step sees, and what its query passed over. */
export interface Sight {
  readonly seen: SeenContent
  readonly passedOver: readonly SeenFile[]
}

/** What a step sees of a scene through a slot. */
export function see(scene: Scene, { only, query, reads, measures }: Selection): Sight {
  const files: SeenFile[] = []
  const passedOver: SeenFile[] = []
  const wanted = Object.entries(query).map(([key, value]) => [key, witness(value)] as const)
  const asked = wanted.map(([key]) => key)
  scene.files.forEach((file, index) => {
    if (only && !only.includes(file.id)) return
    const value = (key: string) => scene.fileValue(key, index)
    const isSelected = wanted.every(([key, text]) => value(key)?.text === text)
    if (isSelected) files.push(seenFile(file, reads.file, value))
    else passedOver.push(seenFile(file, asked, value))
  })
  const seen: SeenContent = {
    files,
    fileset: texts(reads.fileset, (key) => scene.filesetValue(key)),
    scan: texts(reads.scan, (key) => scene.scanValue(key)),
    ...(measures && scene.measures !== undefined && { measures: scene.measures }),
  }
  return { seen, passedOver }
}

function seenFile(
  { id, extension, digest, lineage }: Omit<SeenFile, 'metadata'>,
  keys: readonly string[],
  value: (key: string) => Witnessed | undefined,
): SeenFile {
  const annotated = keys.filter((key) => value(key)?.annotated)
  const metadata = texts(keys, (key) => value(key)?.text)
  return { id, extension, digest, metadata, lineage, ...(annotated.length > 0 && { annotated }) }
}

function texts(
  keys: readonly string[],
  text: (key: string) => string | undefined,
): Record<string, string> {
  const found: Record<string, string> = {}
  for (const key of keys) {
    const of = text(key)
    if (of !== undefined) found[key] = of
  }
  return found
}

/** A short value stands for itself, so that a record can be read; a long one by its SHA-256. */
export function witness(value: Json): string {
  const text = canonical(value)
  return text.length <= 64 ? text : sha256(text)
}

/** The digest of what was seen: content, never paths, times or lineage. */
export function digestOfSeen({ files, fileset, scan, measures }: SeenContent): Digest {
  const lines = files.map(
    (file) => `${file.id}.${file.extension} ${file.digest} ${canonical(file.metadata)}`,
  )
  return sha256([...lines, canonical(fileset), canonical(scan), measures ?? ''].join('\n'))
}

/** The digest of how a slot chooses. */
export const digestOfSelection = ({ only, query, reads, measures }: Selection): Digest =>
  sha256(canonical({ only: only ?? null, query, reads: { ...reads }, measures }))
