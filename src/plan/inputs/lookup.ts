// Where the value of a metadata key is looked up: annotations, then the source, then the file itself.
import { ownValue } from '../../base/own.ts'
import type { Json, JsonObject } from '../../base/types.ts'
import type { FileRef } from '../../task/artifact.ts'
import { refKey, type Annotations } from '../facts/annotations.ts'
import type { FileFacts, FilesetFacts } from '../facts/facts.ts'
import { noMetadata } from '../../fsdb/metadata.ts'

/** The metadata around the files of a step. */
export interface Lookup {
  readonly annotations: readonly Annotations[]
  /** A file's own metadata, less the copies that it carries on; `undefined` if it is not there. */
  fileMetadata(ref: FileRef): JsonObject | undefined
  /** As `fileMetadata`, of a fileset. */
  filesetMetadata(id: string): JsonObject | undefined
  /** With the scan's `id`, the name of its folder, among it. */
  readonly scanMetadata: JsonObject
  readonly measures: JsonObject | undefined
}

/** A metadata value, and where it was found. */
export interface Value {
  readonly value: Json
  readonly from: 'annotation' | 'source' | 'file'
}

/** What looking up takes of a file. */
export type DescribedFile = Pick<FileFacts, 'id' | 'lineage' | 'metadata' | 'own'>

/**
 * A file's metadata value: what was annotated, nearest file first; else the source's, from the
 * photograph on; else the file's own.
 *
 * The copies that a made file carries on count only where its photograph is gone: they may be old.
 */
export function fileValue(
  key: string,
  fileset: string,
  file: DescribedFile,
  lookup: Lookup,
): Value | undefined {
  const annotated = annotation(key, fileset, file, lookup)
  if (annotated !== undefined) return { value: annotated, from: 'annotation' }
  const { lineage } = file
  for (let i = lineage.length - 1; i >= 0; i--) {
    const value = ownValue(lookup.fileMetadata(lineage[i]) ?? noMetadata, key)
    if (value !== undefined) return { value, from: 'source' }
  }
  const value = ownValue(hasSource(file, lookup) ? file.own : file.metadata, key)
  return value === undefined ? undefined : { value, from: 'file' }
}

function annotation(
  key: string,
  fileset: string,
  { id, lineage }: DescribedFile,
  { annotations }: Lookup,
): Json | undefined {
  if (annotations.length === 0) return undefined
  for (const ref of [{ fileset, file: id }, ...lineage]) {
    for (const of of annotations) {
      const value = ownValue(of.get(refKey(ref)) ?? noMetadata, key)
      if (value !== undefined) return value
    }
  }
  return undefined
}

/** Whether the photograph that a file descends from is there. */
export function hasSource({ lineage }: Pick<FileFacts, 'lineage'>, lookup: Lookup): boolean {
  const source = lineage.at(-1)
  return source !== undefined && lookup.fileMetadata(source) !== undefined
}

/** A fileset's metadata value: that of the photographs it descends from, else its own. */
export function filesetValue(
  key: string,
  { lineage, metadata, own }: Pick<FilesetFacts, 'lineage' | 'metadata' | 'own'>,
  lookup: Lookup,
): Json | undefined {
  for (const source of lineage.toReversed()) {
    const value = ownValue(lookup.filesetMetadata(source) ?? noMetadata, key)
    if (value !== undefined) return value
  }
  return ownValue(hasSourceFileset(lineage, lookup) ? own : metadata, key)
}

/** Whether the photographs that a fileset descends from are there. */
export function hasSourceFileset(lineage: readonly string[], lookup: Lookup): boolean {
  const source = lineage.at(-1)
  return source !== undefined && lookup.filesetMetadata(source) !== undefined
}
