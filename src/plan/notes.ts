// What a person should know of a scan before its steps: what its index does not say.
import type { Scan } from '../fsdb/scan.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import { exclusionIn } from './facts/excluded.ts'

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
  const notes: ScanNote[] = (await scan.lost()).map((fileset) => ({ note: 'lost', fileset }))
  for (const fileset of await sourcesOf(scan, pipeline)) {
    const files = await scan.unlistedFiles(fileset)
    if (files.length > 0) notes.push({ note: 'unlisted', fileset, files })
    const excluded = await excludedOf(scan, fileset)
    if (excluded.length > 0) notes.push({ note: 'excluded', fileset, files: excluded })
  }
  return notes
}

async function excludedOf(scan: Scan, fileset: string) {
  const all = await (await scan.getFileset(fileset)).filesMetadata()
  return [...all].flatMap(([id, metadata]) => {
    const exclusion = exclusionIn(metadata)
    return exclusion === undefined ? [] : [{ id, ...exclusion }]
  })
}

/** The filesets of a scan from which a pipeline starts. */
async function sourcesOf(scan: Scan, { steps }: Pipeline): Promise<ReadonlySet<string>> {
  const view = { scan: scan.id, filesets: await scan.contents() }
  const located = [...steps.values()].flatMap(({ task, params }) =>
    task.is === 'source' ? [task.locate(view, params)] : [],
  )
  return new Set(located.flatMap((place) => (place.is === 'found' ? [place.fileset] : [])))
}
