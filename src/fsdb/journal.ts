// The journal of a scan: what a change does, so that whoever comes after a kill can finish it.
//
// It is read from disk, and may come from anybody: each path in it must have a form that we give,
// which also holds it inside its scan, before anything of it is done.
import { sep } from 'node:path'
import * as z from 'zod'
import { RomiError } from '../base/errors.ts'
import { once } from '../base/memo.ts'
import { isFileId, isFilesetId, isSafeName } from './ids.ts'
import { scanLayout } from './layout.ts'
import type { IndexChange } from './scan-index.ts'
import { isDraftName, isRetiredName, isTemporaryName } from './own-names.ts'

/** A text of some form; the change that bears it parses it once more when it is done. */
const checkedText = (isOk: (text: string) => boolean, why: string) =>
  z.string().refine((value) => isOk(value), why)

/** A rename, of paths relative to the scan. */
export interface Move {
  readonly from: string
  readonly to: string
  /** May take the place of a file that is there. */
  readonly over?: boolean
}

/** What a change does, as the disk has it. */
export interface Journal {
  before: IndexChange[]
  moves: Move[]
  after: IndexChange[]
  trash: string[]
}

/** The ways on which something of ours lies, each with the form of the name that follows. */
const ownWays = [
  [scanLayout.work.split(sep), isTemporaryName],
  [scanLayout.drafts.split(sep), isDraftName],
  [scanLayout.retired.split(sep), isRetiredName],
] as const

/** What of ours a path leads to, and the names below that. */
function ownPart(parts: readonly string[]): { below: readonly string[] } | undefined {
  const way = ownWays.find(([names]) => names.every((name, i) => parts[i] === name))
  if (!way || parts.length <= way[0].length || !way[1](parts[way[0].length])) return undefined
  return { below: parts.slice(way[0].length + 1) }
}

const isMetadataName = (name: string, isId: (id: string) => boolean): boolean =>
  name.endsWith('.json') && isId(name.slice(0, -'.json'.length))

/** True of a place that a change moves something from or to. */
function isMovable(path: string): boolean {
  const parts = path.split(sep)
  const own = ownPart(parts)
  if (own) return own.below.length <= 2 && own.below.every(isSafeName)
  const [first, second, third] = parts
  if (first !== scanLayout.metadataFolder)
    return parts.length <= 2 && isFilesetId(first) && parts.slice(1).every(isSafeName)
  if (parts.length === 3) return isFilesetId(second) && isMetadataName(third, isFileId)
  return parts.length === 2 && (isFilesetId(second) || isMetadataName(second, isFilesetId))
}

/** True of what a change removes at its end: something of ours as a whole, or a file that was replaced. */
function isTrash(path: string): boolean {
  const own = ownPart(path.split(sep))
  if (own) return own.below.length === 0
  const [fileset, name, ...rest] = path.split(sep)
  return isFilesetId(fileset) && isSafeName(name) && rest.length === 0
}

/** Made with the first journal that is found: hardly a run finds one. */
const journalSchema = once((): z.ZodType<Journal> => {
  const filesetId = checkedText(isFilesetId, 'is no id of a fileset')
  const fileId = checkedText(isFileId, 'is no id of a file')
  const file = checkedText(isSafeName, 'is no name of a file')
  const files = z.array(z.object({ id: fileId, file }))
  const indexChange = z.discriminatedUnion('do', [
    z.object({ do: z.literal('add-fileset'), id: filesetId, files }),
    z.object({ do: z.literal('remove-fileset'), id: filesetId }),
    z.object({ do: z.literal('put-files'), fileset: filesetId, files }),
    z.object({ do: z.literal('remove-file'), fileset: filesetId, id: fileId }),
    z.object({ do: z.literal('move-to-end'), ids: z.array(filesetId) }),
  ])
  const place = checkedText(isMovable, 'is no place that a change concerns')
  return z.object({
    before: z.array(indexChange),
    moves: z.array(z.object({ from: place, to: place, over: z.boolean().optional() })),
    after: z.array(indexChange),
    trash: z.array(checkedText(isTrash, 'is nothing that a change removes')),
  })
})

/** Begins every journal that is written, also one that was torn off. */
const beginning = '{"before":'

/** The text of a journal. */
export const formatJournal = ({ before, moves, after, trash }: Journal): string =>
  JSON.stringify({ before, moves, after, trash })

/**
 * @returns `undefined` for one that was torn as it was written: nothing of it was begun
 * @throws RomiError `store/journal-damaged`
 */
export function parseJournal(text: string, path: string): Journal | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    if (isTorn(text)) return undefined
    throw journalDamaged(path, 'it is no JSON', error)
  }
  const { data, error } = journalSchema().safeParse(json)
  if (data) return data
  const [first] = error.issues
  throw journalDamaged(path, `${first.path.join('.')} ${first.message}`, error)
}

/** A kill leaves a beginning; a power cut may leave zeros where the bytes should be. */
function isTorn(text: string): boolean {
  const written = text.replace(/\0+$/, '')
  return beginning.startsWith(written) || written.startsWith(beginning)
}

function journalDamaged(path: string, why: string, cause: unknown): RomiError {
  return new RomiError(
    'store/journal-damaged',
    `${path} is damaged (${why.trim()}), so that nobody knows what was to be done: ` +
      'see whether the filesets of this scan are as they should be, and remove this file',
    { cause, facts: { path } },
  )
}
