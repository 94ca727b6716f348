// What a step sees through a slot: the files that it selects and the metadata that it declared.
import { canonical } from '../../base/canonical.ts'
import { sha256, type Digest } from '../../base/digest.ts'
import type { Json, JsonObject } from '../../base/types.ts'
import type { Value } from './lookup.ts'
import type { SeenContent, SeenFile } from '../facts/record.ts'
import type { Selection } from './selection.ts'

/** A metadata value that was found. */
export interface FoundValue {
  /** What it is compared by. */
  readonly text: string
  /** The value itself; of one that a record remembers, its fingerprint is all there is. */
  readonly value?: Json
}

/** A metadata value of a file, and where it was found. */
export interface FoundFileValue extends FoundValue {
  readonly from: Value['from']
}

/** What can be seen: files on the disk, or what a record remembers of them. */
export interface InputSource {
  /** Sorted by id. */
  readonly files: readonly BareFile[]
  /** Whether somebody left this one out, or the photograph that it descends from. */
  isExcluded(index: number): boolean
  fileValue(key: string, index: number): FoundFileValue | undefined
  filesetValue(key: string): FoundValue | undefined
  scanValue(key: string): FoundValue | undefined
  readonly measures: string | undefined
}
type BareFile = Pick<SeenFile, 'id' | 'extension' | 'digest' | 'lineage'>

/** What a step sees, and what its query passed over. */
export interface SelectedContent {
  readonly seen: SeenContent
  /** The values behind the fingerprints, where the disk has them: what a job reads. */
  readonly values: SeenValues
  readonly passedOver: readonly SeenFile[]
  /** Ids of what somebody left out: nothing else tells of it. */
  readonly excluded: readonly string[]
}

/** The metadata values that a step declared to read. */
export interface SeenValues {
  /** One for each of the files that are seen, in their order. */
  readonly files: readonly JsonObject[]
  readonly fileset: JsonObject
  readonly scan: JsonObject
}

/** What a step sees of a source through a slot. */
export function see(
  source: InputSource,
  { only, query, reads, measures }: Selection,
): SelectedContent {
  const files: SeenFile[] = []
  const fileValues: JsonObject[] = []
  const passedOver: SeenFile[] = []
  const excluded: string[] = []
  const wanted = Object.entries(query).map(([key, value]) => [key, fingerprint(value)] as const)
  const asked = wanted.map(([key]) => key)
  source.files.forEach((file, index) => {
    if (only && !only.includes(file.id)) return
    if (source.isExcluded(index)) {
      excluded.push(file.id)
      return
    }
    const value = (key: string) => source.fileValue(key, index)
    const isSelected = wanted.every(([key, text]) => value(key)?.text === text)
    const found = foundOf(isSelected ? reads.file : asked, value)
    if (isSelected) {
      files.push(seenFile(file, found))
      fileValues.push(valuesIn(found))
    } else passedOver.push(seenFile(file, found))
  })
  const fileset = foundOf(reads.fileset, (key) => source.filesetValue(key))
  const scan = foundOf(reads.scan, (key) => source.scanValue(key))
  const seen: SeenContent = {
    files,
    fileset: textsOf(fileset),
    scan: textsOf(scan),
    ...(measures && source.measures !== undefined && { measures: source.measures }),
  }
  const values = { files: fileValues, fileset: valuesIn(fileset), scan: valuesIn(scan) }
  return { seen, values, passedOver, excluded }
}

/** What was found, by key. */
type FoundValues<V extends FoundValue = FoundValue> = readonly (readonly [key: string, found: V])[]

const foundOf = <V extends FoundValue>(
  keys: readonly string[],
  value: (key: string) => V | undefined,
): FoundValues<V> =>
  keys.flatMap((key) => {
    const found = value(key)
    return found ? [[key, found] as const] : []
  })

function seenFile(
  { id, extension, digest, lineage }: BareFile,
  found: FoundValues<FoundFileValue>,
): SeenFile {
  const keysFrom = (from: Value['from']) =>
    found.flatMap(([key, value]) => (value.from === from ? [key] : []))
  const annotated = keysFrom('annotation')
  // A file that was made from no other owns all its metadata.
  const own = lineage.length > 0 ? keysFrom('file') : []
  return {
    id,
    extension,
    digest,
    metadata: textsOf(found),
    lineage,
    ...(annotated.length > 0 && { annotated }),
    ...(own.length > 0 && { own }),
  }
}

const textsOf = (found: FoundValues): Record<string, string> =>
  Object.fromEntries(found.map(([key, { text }]) => [key, text]))

const valuesIn = (found: FoundValues): JsonObject =>
  Object.fromEntries(
    found.flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value] as const])),
  )

/** A value of the disk, with what it is compared by. */
export const foundValue = (value: Json): Required<FoundValue> => ({
  text: fingerprint(value),
  value,
})

/** A short value stands for itself, so that a record can be read; a long one by its SHA-256. */
export function fingerprint(value: Json): string {
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
