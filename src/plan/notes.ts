// What a person should know of a scan before its steps: what its index does not say.
import type { JsonObject } from '../base/types.ts'
import { isFilesetId } from '../fsdb/ids.ts'
import type { Scan } from '../fsdb/scan.ts'
import type { ScanLook } from '../fsdb/scan-look.ts'
import { allUpstreamOf, type Pipeline } from '../pipeline/pipeline.ts'
import { exclusionIn, isExcluded } from './facts/excluded.ts'
import { queryOf } from './inputs/selection.ts'

/** One thing worth knowing of a scan. */
export type ScanNote =
  /** A whole fileset of ours that files.json lost: the next writer lists it again. */
  | { readonly note: 'lost'; readonly fileset: string }
  /** One that was lost and is listed again. */
  | { readonly note: 'relisted'; readonly fileset: string }
  /** ROMI's plantdb was connected to the database, and may be; whether it knows that we write. */
  | { readonly note: 'plantdb'; readonly isKeptOut: boolean }
  /** Files that lie in a fileset of photographs, or of another source, and that nothing lists. */
  | { readonly note: 'unlisted'; readonly fileset: string; readonly files: readonly string[] }
  /** Photographs without a value that a query asks for and that others have: it passes over them. */
  | {
      readonly note: 'unanswered'
      readonly fileset: string
      readonly key: string
      readonly files: readonly string[]
    }
  /** Photographs that somebody left out. */
  | {
      readonly note: 'excluded'
      readonly fileset: string
      readonly files: readonly {
        readonly id: string
        readonly why?: string
        readonly by?: string
        readonly date?: string
      }[]
    }

/** What there is to say of a scan that a pipeline works on; changes nothing. */
export async function notesOn(scan: Scan, pipeline: Pipeline): Promise<readonly ScanNote[]> {
  const look = scan.look({ stamps: false })
  const notes: ScanNote[] = (await look.lost()).map((fileset) => ({ note: 'lost', fileset }))
  const { found, absent } = sourcesOf(scan.id, look, pipeline)
  for (const fileset of [...found.keys(), ...absent]) {
    const files = look.unlistedFiles(fileset)
    if (files.length > 0) notes.push({ note: 'unlisted', fileset, files })
  }
  for (const [fileset, steps] of found) {
    // Each call looks at all of them on the disk.
    const metadata = look.filesMetadata(fileset)
    const excluded = excludedAmong(metadata)
    if (excluded.length > 0) notes.push({ note: 'excluded', fileset, files: excluded })
    for (const key of keysAskedBelow(steps, pipeline)) {
      const files = lackingAmong(metadata, key)
      if (files.length > 0) notes.push({ note: 'unanswered', fileset, key, files })
    }
  }
  return notes
}

/** The metadata keys that the queries of steps below these sources ask for. */
function keysAskedBelow(sources: readonly string[], pipeline: Pipeline): ReadonlySet<string> {
  const keys = [...pipeline.steps.values()].flatMap(({ name, params }) => {
    const asked = Object.keys(queryOf(params))
    if (asked.length === 0) return [] // as most steps
    const above = allUpstreamOf(name, pipeline)
    return sources.some((source) => above.has(source)) ? asked : []
  })
  return new Set(keys)
}

/** By file id. */
type FilesMetadata = ReadonlyMap<string, JsonObject>

/** The files without a value that others have; where none has it, it is another fileset's to give. */
function lackingAmong(filesMetadata: FilesMetadata, key: string): readonly string[] {
  const files = [...filesMetadata].filter(([, metadata]) => !isExcluded(metadata))
  const lacking = files.filter(([, metadata]) => !Object.hasOwn(metadata, key))
  return lacking.length === files.length ? [] : lacking.map(([id]) => id)
}

function excludedAmong(filesMetadata: FilesMetadata) {
  return [...filesMetadata].flatMap(([id, metadata]) => {
    const exclusion = exclusionIn(metadata)
    return exclusion === undefined ? [] : [{ id, ...exclusion }]
  })
}

/** The filesets from which a pipeline starts: those of the scan, by the steps that take them, and those named in vain. */
function sourcesOf(scan: string, look: ScanLook, { steps }: Pipeline) {
  const view = { scan, filesets: look.contents() }
  const found = new Map<string, string[]>()
  const absent = new Set<string>()
  for (const { name, task, params } of steps.values()) {
    if (task.is !== 'source') continue
    const place = task.locate(view, params)
    const named = params.fileset_id
    if (place.is === 'found') found.set(place.fileset, [...(found.get(place.fileset) ?? []), name])
    else if (isFilesetId(named)) absent.add(named)
  }
  return { found, absent }
}
