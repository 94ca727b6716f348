// What a draft writes down of itself: what it is for, and which of its files are finished.
import { join } from 'node:path'
import { isDigest, type Digest } from '../base/digest.ts'
import { RomiError } from '../base/errors.ts'
import type { Disk } from '../base/system.ts'
import { isJsonObject, type JsonObject } from '../base/types.ts'
import { isSafeName, parseFileId, type FileId } from './ids.ts'
import { draftLayout } from './layout.ts'
import { parseMetadata } from './metadata.ts'

/** A file that a draft holds, whole. */
export interface FinishedFile {
  readonly id: FileId
  readonly filename: string
  /** In bytes. */
  readonly size: number
  readonly digest: Digest
  /** The digest of its metadata, if it has any. */
  readonly metadata?: Digest
  /** What it was made from, as its maker said. */
  readonly key?: string
  /** What its maker says of it besides; no part of what is published. */
  readonly note?: JsonObject
  /** For a file that somebody corrected: the digest of what the step had made. */
  readonly made?: Digest
}

/** What a draft says of itself. */
export interface DraftAbout {
  readonly label: string
  /** The key of what it is to become, if it is resumable; such a draft survives its writer. */
  readonly key?: string
}

/** What a draft says of itself; `undefined` if it was not even begun. */
export function readAbout(disk: Disk, path: string): DraftAbout | undefined {
  const about = join(path, draftLayout.about)
  if (!disk.stat(about)) return undefined
  try {
    const { label, key } = parseMetadata(disk.readText(about), about)
    if (typeof label !== 'string') return undefined
    return typeof key === 'string' ? { label, key } : { label }
  } catch (error) {
    if (error instanceof RomiError && error.code === 'store/metadata-damaged') return undefined
    throw error
  }
}

/** A line of a journal: a file is finished, or does not count any more. */
type JournalWord = FinishedFile | { readonly dropped: FileId }

/** The last word of a journal on each file. */
export function readJournal(disk: Disk, path: string): FinishedFile[] {
  if (!disk.stat(path)) return []
  const files = new Map<string, FinishedFile>()
  for (const line of disk.readText(path).split('\n')) {
    const word = parseLine(line)
    if (!word) continue
    if ('dropped' in word) files.delete(word.dropped)
    else files.set(word.id, word)
  }
  return [...files.values()]
}

/** A line of a journal; begins one of its own even after one that a kill tore off. */
export function journalLine(word: JournalWord): string {
  return `\n${JSON.stringify(word)}\n`
}

/** A line that was torn, or is none of ours, says nothing. */
function parseLine(line: string): JournalWord | undefined {
  if (line === '') return undefined
  try {
    // Safe: each field is checked below before it is used.
    const word = JSON.parse(line) as FinishedFile | { readonly dropped: string }
    return 'dropped' in word ? { dropped: parseFileId(word.dropped) } : parseFinished(word)
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    if (error instanceof RomiError && error.code === 'store/bad-id') return undefined
    throw error
  }
}

/** What was written of a finished file; `undefined` if it is none that we wrote. */
export function parseFinished(value: unknown): FinishedFile | undefined {
  try {
    // Safe: each field is checked below before it is used.
    const word = value as FinishedFile
    const isWhole =
      isSafeName(word.filename) &&
      isDigest(word.digest) &&
      (word.metadata === undefined || isDigest(word.metadata)) &&
      (word.key === undefined || typeof word.key === 'string') &&
      (word.note === undefined || isJsonObject(word.note)) &&
      (word.made === undefined || isDigest(word.made)) &&
      Number.isSafeInteger(word.size)
    return isWhole ? { ...word, id: parseFileId(word.id) } : undefined
  } catch (error) {
    if (error instanceof TypeError) return undefined
    if (error instanceof RomiError && error.code === 'store/bad-id') return undefined
    throw error
  }
}
