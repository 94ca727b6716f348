// Ids of scans, filesets and files: parsed once, then safe as a part of a path on any system.
import { RomiError } from '../base/errors.ts'
import type { FileId, FilesetId, ScanId } from './id-types.ts'
import { databaseNames } from './layout.ts'

export type { FileId, FilesetId, RunId, ScanId } from './id-types.ts'

/** Names that Windows keeps for devices, whatever extension follows. */
const devices = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i
/** Names that the layout of a database uses itself. */
const reserved: ReadonlySet<string> = new Set(['metadata', 'lock', databaseNames.marker])
/** Most filesystems take 255 bytes; `.json` is added to an id for its metadata. */
const maxBytes = 250

/** Why a text cannot be a part of a path on every system, or `undefined` if it can. */
function whyUnsafe(text: string): string | undefined {
  if (text === '') return 'is empty'
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(text)) return 'contains a control character'
  if (/[/\\]/.test(text)) return 'contains a slash'
  if (text.startsWith('.')) return 'begins with a dot'
  if (text.includes('..')) return 'contains ".."'
  if (/[. ]$/.test(text)) return 'ends with a dot or a space'
  if (/[<>:"|?*]/.test(text)) return 'contains one of < > : " | ? *'
  if (/\p{Cs}/u.test(text)) return 'contains half a character'
  if (devices.test(text)) return 'is a name that Windows reserves'
  return undefined
}

function whyNoId(text: string): string | undefined {
  const unsafe = whyUnsafe(text)
  if (unsafe) return unsafe
  if (Buffer.byteLength(text) > maxBytes) return `is longer than ${maxBytes} bytes`
  return undefined
}

function whyNoFolderId(text: string): string | undefined {
  const why = whyNoId(text)
  if (why) return why
  if (reserved.has(text.toLowerCase())) return 'is a name that the database uses itself'
  if (text.toLowerCase().endsWith('.json')) return 'ends with ".json", as metadata files do'
  return undefined
}

function refuseId(kind: string, text: string, why: string): never {
  throw new RomiError(
    'store/bad-id',
    `the ${kind} id ${JSON.stringify(text)} ${why}: choose another`,
    {
      facts: { id: text, kind },
    },
  )
}

/** Why a name cannot be that of a scan, such as `is empty`; `undefined` if it can. */
export const whyNoScanId = (text: string): string | undefined => whyNoFolderId(text)

/** @throws RomiError `store/bad-id` */
export function parseScanId(text: string): ScanId {
  const why = whyNoFolderId(text)
  // Safe, here and below: it was checked on the line above.
  return why ? refuseId('scan', text, why) : (text as ScanId)
}

/** @throws RomiError `store/bad-id` */
export function parseFilesetId(text: string): FilesetId {
  const why = whyNoFolderId(text)
  return why ? refuseId('fileset', text, why) : (text as FilesetId)
}

/** @throws RomiError `store/bad-id` */
export function parseFileId(text: string): FileId {
  const why = whyNoId(text)
  return why ? refuseId('file', text, why) : (text as FileId)
}

/** True of a text that is the id of a scan. */
export const isScanId = (text: unknown): text is ScanId =>
  typeof text === 'string' && whyNoFolderId(text) === undefined

/** True of a text that is the id of a fileset. */
export const isFilesetId = (text: unknown): text is FilesetId =>
  typeof text === 'string' && whyNoFolderId(text) === undefined

/** True of a text that is the id of a file. */
export const isFileId = (text: unknown): text is FileId =>
  typeof text === 'string' && whyNoId(text) === undefined

/** True of a name that a file in a fileset may bear. */
export function isSafeName(text: unknown): text is string {
  return typeof text === 'string' && !whyUnsafe(text) && Buffer.byteLength(text) <= 255
}

/**
 * The name of a file: its id and its extension.
 *
 * @param extension without the dot, such as `png`; empty for none
 * @throws RomiError `store/bad-extension`
 */
export function filenameOf(id: FileId, dotted: string): string {
  // ROMI's tools write `json` in one place and `.json` in another.
  const extension = dotted.replace(/^\.(?=.)/, '')
  if (extension === '') return id
  const name = `${id}.${extension}`
  if (/^[A-Za-z0-9]/.test(extension) && isSafeName(name)) return name
  throw new RomiError(
    'store/bad-extension',
    `${JSON.stringify(extension)} is no extension for ${id}: give one such as png`,
    { facts: { id, extension } },
  )
}

/** The id and the extension of a file's name; the extension begins after the last dot. */
export function splitFilename(name: string): { readonly id: string; readonly extension: string } {
  const dot = name.lastIndexOf('.')
  if (dot <= 0) return { id: name, extension: '' }
  return { id: name.slice(0, dot), extension: name.slice(dot + 1) }
}

/**
 * The extension of a file's name; where the name is the id's own, all that follows the id: an
 * extension may have dots itself, such as `ome.tiff`.
 */
export function extensionOf(name: string, id: FileId): string {
  if (name === id) return ''
  return name.startsWith(`${id}.`) ? name.slice(id.length + 1) : splitFilename(name).extension
}

/** What many filesystems go by: names are one if they differ only in case or in how accents are stored. */
export const foldedName = (name: string): string => name.normalize('NFC').toLowerCase()

/** An id of `ids` that equals `id` when folded, and not as it is. */
export function caseTwin<T extends string>(id: string, ids: Iterable<T>): T | undefined {
  const folded = foldedName(id)
  for (const other of ids) if (other !== id && foldedName(other) === folded) return other
  return undefined
}

/** The first two whose folded ids are the same: on many filesystems they are one. */
export function twinsAmong<T>(
  all: Iterable<T>,
  idOf: (one: T) => string,
): readonly [T, T] | undefined {
  const known = new Map<string, T>()
  for (const one of all) {
    const folded = foldedName(idOf(one))
    const twin = known.get(folded)
    if (twin !== undefined) return [twin, one]
    known.set(folded, one)
  }
  return undefined
}
