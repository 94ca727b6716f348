// What is worth knowing of a scan, in sentences.
import { some } from '../base/some.ts'
import { unreachable } from '../base/types.ts'
import { databaseNames, scanLayout } from '../fsdb/layout.ts'
import type { ScanNote } from '../plan/notes.ts'
import { count } from '../base/number-words.ts'

/** A note, with what to do. */
export function noteText(scan: string, note: ScanNote): string {
  switch (note.note) {
    case 'lost':
      return `${note.fileset} is whole, but ${databaseNames.index} does not list it any more: the next run lists it again (else: romi-run clean ${scan} --forget ${note.fileset})`
    case 'plantdb':
      return note.isKeptOut
        ? `ROMI's plantdb was connected to this database: it waits for scans that are being written. A server of it that runs keeps ${databaseNames.index} in memory: restart it to see what is made here; what it drops from ${databaseNames.index} is listed again by the next run`
        : `ROMI's plantdb was connected to this database and cannot be kept out of scans that are being written: stop its server meanwhile, or install the program flock (util-linux)`
    case 'relisted':
      return `${note.fileset} was lost from ${databaseNames.index}, which another program wrote from memory: it is whole and listed again`
    case 'unlisted':
      return `${count(note.files.length, 'file')} in ${note.fileset} that ${databaseNames.index} does not list, so no step reads ${note.files.length === 1 ? 'it' : 'them'} (${some(note.files)}): romi-run import takes ${note.files.length === 1 ? 'it' : 'them'} in`
    case 'unanswered': {
      const [have, them] = note.files.length === 1 ? ['has', 'it'] : ['have', 'them']
      const folder = `${scanLayout.metadataFolder}/${note.fileset}`
      return `${count(note.files.length, 'file')} in ${note.fileset} ${have} no "${note.key}", which a query asks for and so passes over ${them} (${some(note.files)}): write it into ${folder} as the others have it, or leave ${them} out with romi-run exclude`
    }
    case 'excluded': {
      const files = note.files.map(({ id, why }) => (why === undefined ? id : `${id}: ${why}`))
      return `left out of ${note.fileset}: ${some(files, 5, '; ')} (romi-run include takes back)`
    }
    default:
      return unreachable(note)
  }
}
