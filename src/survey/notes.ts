// What is worth knowing of a scan, in sentences.
import { some } from '../base/some.ts'
import { unreachable } from '../base/types.ts'
import { databaseNames } from '../fsdb/layout.ts'
import type { ScanNote } from '../plan/notes.ts'
import { count } from './words.ts'

/** A note, with what to do. */
export function noteText(scan: string, note: ScanNote): string {
  const { fileset } = note
  switch (note.note) {
    case 'lost':
      return `${fileset} is whole, but ${databaseNames.index} does not list it any more: the next run lists it again (else: romi-run clean ${scan} --forget ${fileset})`
    case 'relisted':
      return `${fileset} was lost from ${databaseNames.index}, which another program wrote from memory: it is whole and listed again`
    case 'unlisted':
      return `${count(note.files.length, 'file')} in ${fileset} that ${databaseNames.index} does not list, so no step reads ${note.files.length === 1 ? 'it' : 'them'} (${some(note.files)}): romi-run import takes ${note.files.length === 1 ? 'it' : 'them'} in`
    case 'excluded': {
      const files = note.files.map(({ id, why }) => (why === undefined ? id : `${id}: ${why}`))
      return `left out of ${fileset}: ${some(files, 5, '; ')} (romi-run include takes back)`
    }
    default:
      return unreachable(note)
  }
}
