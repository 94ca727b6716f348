// The index of a scan, files.json: which filesets and files exist. Unknown keys are kept.
import { RomiError } from '../base/errors.ts'
import { formatJson, parseJson } from '../base/json.ts'
import { isJsonObject, type Json, type JsonObject } from '../base/types.ts'
import {
  foldedName,
  isSafeName,
  parseFileId,
  parseFilesetId,
  type FileId,
  type FilesetId,
} from './ids.ts'

/** A file as the index has it. */
export interface FileRow {
  readonly id: FileId
  readonly filename: string
}

/** A fileset as the index has it. */
export interface FilesetRow {
  readonly id: FilesetId
  readonly files: ReadonlyMap<FileId, FileRow>
  /** Entries about it that cannot be used. */
  readonly problems: readonly BadEntry[]
}

/** An entry that cannot be used; it is left in the index as it stands. */
export interface BadEntry {
  readonly is: 'bad-entry'
  /** Where in the index, such as `filesets[3].files[0]`. */
  readonly at: string
  readonly why: string
}

/** One change of an index; doing it twice changes nothing more. Plain JSON: a journal holds it. */
export type IndexChange =
  | { readonly do: 'add-fileset'; readonly id: string; readonly files: readonly FileChange[] }
  | { readonly do: 'remove-fileset'; readonly id: string }
  | { readonly do: 'put-files'; readonly fileset: string; readonly files: readonly FileChange[] }
  | { readonly do: 'remove-file'; readonly fileset: string; readonly id: string }
  | { readonly do: 'move-to-end'; readonly ids: readonly string[] }
export interface FileChange {
  readonly id: string
  readonly file: string
}

interface IndexRow extends FilesetRow {
  /** Folded ids and names to ids, made when first asked for; kept true by `apply`. */
  folded?: { readonly ids: Map<string, FileId>; readonly names: Map<string, FileId> }
  readonly raw: JsonObject
  readonly files: Map<FileId, FileRow & { readonly raw: JsonObject }>
  readonly problems: BadEntry[]
  /** Entries that could not be used, to be written as they were. */
  readonly odd: readonly Json[]
}

/** files.json, parsed; `apply` changes it in memory. */
export class ScanIndex {
  readonly problems: readonly BadEntry[]
  #rest: JsonObject
  #rows: Map<FilesetId, IndexRow>
  #odd: readonly Json[]

  private constructor(
    rest: JsonObject,
    rows: Map<FilesetId, IndexRow>,
    odd: readonly Json[],
    problems: readonly BadEntry[],
  ) {
    this.#rest = rest
    this.#rows = rows
    this.#odd = odd
    this.problems = problems
  }

  /**
   * @param path where the text is from, for the message
   * @throws RomiError `store/scan-damaged` if it is no index at all; a single entry that cannot be
   *   used is one of the `problems` instead
   */
  static parse(text: string, path: string): ScanIndex {
    const damaged = (why: string, cause?: unknown): RomiError =>
      new RomiError(
        'store/scan-damaged',
        `${path} ${why}: restore it from a backup, or list the filesets in it again by hand`,
        { cause, facts: { path } },
      )
    let json: Json
    try {
      json = parseJson(text)
    } catch (error) {
      throw damaged(text.trim() === '' ? 'is empty' : 'is no valid JSON', error)
    }
    if (!isJsonObject(json)) throw damaged('is no map of keys and values')
    const { filesets, ...rest } = json
    if (!Array.isArray(filesets)) throw damaged('has no list "filesets"')
    return ScanIndex.#fromList(rest, filesets)
  }

  static #fromList(rest: JsonObject, list: readonly Json[]): ScanIndex {
    const problems: BadEntry[] = []
    const odd: Json[] = []
    const rows = new Map<FilesetId, IndexRow>()
    for (const [i, entry] of list.entries()) {
      const at = `filesets[${i}]`
      const row = readRow(entry, at, problems)
      const first = row && rows.get(row.id)
      if (row && !first) {
        rows.set(row.id, row)
        continue
      }
      if (first) {
        const twice: BadEntry = { is: 'bad-entry', at, why: `the id ${first.id} is there twice` }
        problems.push(twice)
        first.problems.push(twice)
      }
      odd.push(entry)
    }
    return new ScanIndex(rest, rows, odd, problems)
  }

  static empty(): ScanIndex {
    return new ScanIndex({}, new Map(), [], [])
  }

  get filesetIds(): FilesetId[] {
    return [...this.#rows.keys()]
  }

  /** Any text may be asked for: what is no id is in no index. */
  fileset(id: string): FilesetRow | undefined {
    // Safe: the map compares by value, and holds checked ids only.
    return this.#rows.get(id as FilesetId)
  }

  /** The id of a file that equals `id` except for case or accents' spelling. */
  fileTwin(fileset: FilesetId, id: FileId): FileId | undefined {
    const row = this.#rows.get(fileset)
    const twin = row && folded(row).ids.get(foldedName(id))
    return twin === id ? undefined : twin
  }

  /** The id of the file with this name, or with one that equals it when folded. */
  fileNamed(fileset: FilesetId, filename: string): FileId | undefined {
    const row = this.#rows.get(fileset)
    return row && folded(row).names.get(foldedName(filename))
  }

  /** Does one change; one that is already done changes nothing. */
  apply(change: IndexChange): void {
    switch (change.do) {
      case 'add-fileset': {
        const id = parseFilesetId(change.id)
        if (this.#rows.has(id)) return
        this.#rows.set(id, { id, raw: { id }, files: new Map(), problems: [], odd: [] })
        return this.apply({ do: 'put-files', fileset: id, files: change.files })
      }
      case 'remove-fileset':
        this.#rows.delete(parseFilesetId(change.id))
        return
      case 'put-files': {
        const row = this.#rows.get(parseFilesetId(change.fileset))
        if (row) for (const file of change.files) putFile(row, parseFileId(file.id), file.file)
        return
      }
      case 'remove-file': {
        const row = this.#rows.get(parseFilesetId(change.fileset))
        row?.files.delete(parseFileId(change.id))
        if (row) row.folded = undefined
        return
      }
      case 'move-to-end':
        for (const id of change.ids.map(parseFilesetId)) {
          const row = this.#rows.get(id)
          if (!row) continue
          this.#rows.delete(id)
          this.#rows.set(id, row)
        }
    }
  }

  /** The text of files.json. */
  format(): string {
    const filesets = [...this.#rows.values()].map((row) => ({
      ...row.raw,
      files: [...[...row.files.values()].map((file) => file.raw), ...row.odd],
    }))
    return formatJson({ ...this.#rest, filesets: [...filesets, ...this.#odd] })
  }
}

function folded(row: IndexRow): NonNullable<IndexRow['folded']> {
  if (!row.folded) {
    row.folded = { ids: new Map(), names: new Map() }
    for (const { id, filename } of row.files.values()) {
      row.folded.ids.set(foldedName(id), id)
      row.folded.names.set(foldedName(filename), id)
    }
  }
  return row.folded
}

function putFile(row: IndexRow, id: FileId, filename: string): void {
  const old = row.files.get(id)
  row.files.set(id, { id, filename, raw: { ...old?.raw, id, file: filename } })
  if (old && old.filename !== filename) row.folded = undefined
  row.folded?.ids.set(foldedName(id), id)
  row.folded?.names.set(foldedName(filename), id)
}

function readRow(entry: Json, at: string, problems: BadEntry[]): IndexRow | undefined {
  const bad = (why: string): undefined => void problems.push({ is: 'bad-entry', at, why })
  if (!isJsonObject(entry)) return bad('is no map')
  const id = idIn(entry, parseFilesetId)
  if (typeof id !== 'string') return bad(id.why)
  const { files: list = [], ...raw } = entry
  if (!Array.isArray(list)) return bad('"files" is no list')
  const files: IndexRow['files'] = new Map()
  const names = new Set<string>()
  const odd: Json[] = []
  const own: BadEntry[] = []
  for (const [i, item] of list.entries()) {
    const file = unlessTwice(readFileRow(item), files, names)
    if (typeof file === 'string') {
      own.push({ is: 'bad-entry', at: `${at}.files[${i}]`, why: file })
      odd.push(item)
      continue
    }
    files.set(file.id, file)
    names.add(file.filename)
  }
  problems.push(...own)
  return { id, raw, files, problems: own, odd }
}

/** The row if neither its id nor its file is in another one, or why it cannot be used. */
function unlessTwice(
  row: ReturnType<typeof readFileRow>,
  files: IndexRow['files'],
  names: ReadonlySet<string>,
): typeof row {
  if (typeof row === 'string') return row
  if (files.has(row.id)) return `the id ${row.id} is there twice`
  return names.has(row.filename) ? `the file ${row.filename} is there twice` : row
}

/** The row, or why there is none. */
function readFileRow(item: Json): (FileRow & { readonly raw: JsonObject }) | string {
  if (!isJsonObject(item)) return 'is no map'
  const id = idIn(item, parseFileId)
  if (typeof id !== 'string') return id.why
  const { file } = item
  if (!isSafeName(file)) return `"file" is ${JSON.stringify(file)}, no name of a file`
  return { id, filename: file, raw: item }
}

function idIn<Id extends string>(
  entry: JsonObject,
  parse: (text: string) => Id,
): Id | { readonly why: string } {
  if (typeof entry.id !== 'string') return { why: 'has no "id"' }
  try {
    return parse(entry.id)
  } catch (error) {
    if (error instanceof RomiError) return { why: error.message }
    throw error
  }
}
