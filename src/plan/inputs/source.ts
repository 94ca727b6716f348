// The two sources of what a step reads: files on the disk, and what a record remembers of them.
import { ownValue } from '../../base/own.ts'
import type { Json } from '../../base/types.ts'
import type { FileRef } from '../../task/artifact.ts'
import { isExcluded } from '../facts/excluded.ts'
import { fingerprint, foundValue, type FoundValue, type InputSource } from './content.ts'
import type { FilesetFacts } from '../facts/facts.ts'
import { nameOfToday, renamedRef, type Names } from './lineage.ts'
import { fileValue, filesetValue, hasSource, hasSourceFileset, type Lookup } from './lookup.ts'
import type { InputRecord, SeenFile } from '../facts/record.ts'
import { noMetadata } from '../../fsdb/metadata.ts'

/** Files on the disk; without a fileset, a source without files. */
export function fromDisk(fileset: FilesetFacts | undefined, lookup: Lookup): InputSource {
  const files = [...(fileset?.files ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1))
  return {
    ...scanValuesOf(lookup),
    files: files.map(({ id, filename, digest, lineage }) => {
      return { id, extension: filename.slice(id.length + 1), digest, lineage }
    }),
    isExcluded: (index) =>
      isExcluded(files[index].own) || hasExcludedSource(files[index].lineage, lookup),
    fileValue(key, index) {
      const found = fileValue(key, fileset!.id, files[index], lookup)
      return found && { ...foundValue(found.value), from: found.from }
    },
    filesetValue: (key) => foundOrNot(fileset && filesetValue(key, fileset, lookup)),
  }
}

/**
 * What a record remembers of the files that its step saw, with what the disk still tells laid over
 * it: their photographs may have other metadata by now.
 * @param names the names of today of the filesets that the record speaks of
 * @param annotated whether the annotations of then are those of today
 */
export function fromRecord(
  input: InputRecord,
  names: Names,
  lookup: Lookup,
  annotated: boolean,
): InputSource {
  const around = annotated ? { ...lookup, annotations: [] } : lookup
  const files = [...input.seen.files, ...input.passedOver]
    .map((file) => ({ ...file, lineage: file.lineage.map((ref) => renamedRef(ref, names)) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  const fileset = nameOfToday(input.fileset ?? '', names)
  const lineage = input.lineage.map((id) => nameOfToday(id, names))
  return {
    ...scanValuesOf(lookup),
    files,
    isExcluded: (index) => hasExcludedSource(files[index].lineage, lookup),
    fileValue(key, index) {
      const file = files[index]
      const was = ownValue(file.metadata, key)
      const wasAnnotated = file.annotated?.includes(key) ?? false
      if (annotated && wasAnnotated && was !== undefined) return { text: was, from: 'annotation' }
      const now = fileValue(
        key,
        fileset,
        { ...file, metadata: noMetadata, own: noMetadata },
        around,
      )
      if (now) return { ...foundValue(now.value), from: now.from }
      // What its photograph had then, and has no more, is no value of today.
      const isOwn = file.own?.includes(key) || !hasSource(file, around)
      return was !== undefined && !wasAnnotated && isOwn ? { text: was, from: 'file' } : undefined
    },
    filesetValue(key) {
      const now = filesetValue(key, { lineage, metadata: noMetadata, own: noMetadata }, lookup)
      if (now !== undefined) return foundValue(now)
      const was = ownValue(input.seen.fileset, key)
      return was === undefined || hasSourceFileset(lineage, lookup) ? undefined : { text: was }
    },
  }
}

/** Files on the disk, with the annotations that a record remembers of those of the same id. */
export function annotatedAsThen(
  fileset: FilesetFacts,
  input: InputRecord,
  lookup: Lookup,
): InputSource {
  const onDisk = fromDisk(fileset, { ...lookup, annotations: [] })
  const then = new Map<string, SeenFile>(
    [...input.seen.files, ...input.passedOver].map((file) => [file.id, file]),
  )
  return {
    ...onDisk,
    fileValue(key, index) {
      const was = then.get(onDisk.files[index].id)
      const text = was?.annotated?.includes(key) ? ownValue(was.metadata, key) : undefined
      if (text !== undefined) return { text, from: 'annotation' }
      return onDisk.fileValue(key, index)
    },
  }
}

/** Whether somebody left out one of the files that a file descends from. */
const hasExcludedSource = (lineage: readonly FileRef[], lookup: Lookup): boolean =>
  lineage.some((ref) => isExcluded(lookup.fileMetadata(ref) ?? noMetadata))

const scanValuesOf = (lookup: Lookup): Pick<InputSource, 'scanValue' | 'measures'> => ({
  scanValue: (key) => foundOrNot(ownValue(lookup.scanMetadata, key)),
  measures: lookup.measures && fingerprint(lookup.measures),
})

const foundOrNot = (value: Json | undefined): FoundValue | undefined =>
  value === undefined ? undefined : foundValue(value)
