// Annotations: metadata that a step attached to files of other filesets, and the file that keeps them.
import { RomiError } from '../../base/errors.ts'
import type { ReadableFile } from '../../base/file.ts'
import { isJsonObject, type JsonObject } from '../../base/types.ts'
import type { FileRef } from '../../task/artifact.ts'

/** By `refKey`. */
export type Annotations = ReadonlyMap<string, JsonObject>

/** The key of a file in `Annotations`. */
export const refKey = ({ fileset, file }: FileRef): string => `${fileset}/${file}`

/** The id of the file in which a fileset keeps what its step attached to files of others. */
export const annotationsId = 'annotations'

/** What `readAnnotations` reads: by fileset, then by file. */
export type StoredAnnotations = Readonly<Record<string, Readonly<Record<string, JsonObject>>>>

/** The text of an annotations file. */
export const formatAnnotations = (annotations: StoredAnnotations): string =>
  JSON.stringify(annotations, null, 2)

/** @throws RomiError `store/annotations-damaged` */
export async function readAnnotations(file: ReadableFile): Promise<Annotations> {
  const { path } = file
  const found = new Map<string, JsonObject>()
  const json = parsedAnnotations(new TextDecoder().decode(await file.read()), path)
  for (const [fileset, files] of entriesIn(json, path))
    for (const [file, metadata] of entriesIn(files, path))
      found.set(refKey({ fileset, file }), Object.fromEntries(entriesIn(metadata, path)))
  return found
}

function parsedAnnotations(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw damagedAnnotations(path, error)
  }
}

function entriesIn(json: unknown, path: string): [string, JsonObject[string]][] {
  if (isJsonObject(json)) return Object.entries(json)
  throw damagedAnnotations(path)
}

const damagedAnnotations = (path: string, cause?: unknown): RomiError =>
  new RomiError(
    'store/annotations-damaged',
    `${path} is no list of metadata by fileset and file: restore it, or delete its fileset`,
    { cause, facts: { path } },
  )
