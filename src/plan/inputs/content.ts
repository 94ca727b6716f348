// What a step sees through a slot: the files that it selects and the metadata that it declared.
import { setOwn } from '../../base/own.ts'
import { canonical } from '../../base/canonical.ts'
import { sha256, type Digest } from '../../base/digest.ts'
import type { Json } from '../../base/types.ts'
import type { Value } from './lookup.ts'
import type { SeenContent, SeenFile } from '../facts/record.ts'
import type { Selection } from './selection.ts'

/** A metadata value as it is compared: a short one as it is, a long one by its digest. */
export interface FoundValue {
  readonly text: string
  readonly from: Value['from']
}

/** What can be seen: files on the disk, or what a record remembers of them. */
export interface InputSource {
  /** Sorted by id. */
  readonly files: readonly BareFile[]
  fileValue(key: string, index: number): FoundValue | undefined
  filesetValue(key: string): string | undefined
  scanValue(key: string): string | undefined
  readonly measures: string | undefined
}
type BareFile = Pick<SeenFile, 'id' | 'extension' | 'digest' | 'lineage'>

/** What a step sees, and what its query passed over. */
export interface SelectedContent {
  readonly seen: SeenContent
  readonly passedOver: readonly SeenFile[]
}

/** What a step sees of a source through a slot. */
export function see(
  source: InputSource,
  { only, query, reads, measures }: Selection,
): SelectedContent {
  const files: SeenFile[] = []
  const passedOver: SeenFile[] = []
  const wanted = Object.entries(query).map(([key, value]) => [key, fingerprint(value)] as const)
  const asked = wanted.map(([key]) => key)
  source.files.forEach((file, index) => {
    if (only && !only.includes(file.id)) return
    const value = (key: string) => source.fileValue(key, index)
    const isSelected = wanted.every(([key, text]) => value(key)?.text === text)
    if (isSelected) files.push(seenFile(file, reads.file, value))
    else passedOver.push(seenFile(file, asked, value))
  })
  const seen: SeenContent = {
    files,
    fileset: texts(reads.fileset, (key) => source.filesetValue(key)),
    scan: texts(reads.scan, (key) => source.scanValue(key)),
    ...(measures && source.measures !== undefined && { measures: source.measures }),
  }
  return { seen, passedOver }
}

function seenFile(
  { id, extension, digest, lineage }: BareFile,
  keys: readonly string[],
  value: (key: string) => FoundValue | undefined,
): SeenFile {
  const metadata: Record<string, string> = {}
  const annotated: string[] = []
  const own: string[] = []
  for (const key of keys) {
    const found = value(key)
    if (!found) continue
    setOwn(metadata, key, found.text)
    if (found.from === 'annotation') annotated.push(key)
    // Of a file that was made from none, everything is its own.
    if (found.from === 'file' && lineage.length > 0) own.push(key)
  }
  return {
    id,
    extension,
    digest,
    metadata,
    lineage,
    ...(annotated.length > 0 && { annotated }),
    ...(own.length > 0 && { own }),
  }
}

function texts(
  keys: readonly string[],
  text: (key: string) => string | undefined,
): Record<string, string> {
  const found: Record<string, string> = {}
  for (const key of keys) {
    const of = text(key)
    if (of !== undefined) setOwn(found, key, of)
  }
  return found
}

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
