// Stamps of a scan: texts that are others after any change, for a look at each file and no reading.
import { scanLayout } from './layout.ts'
import { measuresFiles } from './measures.ts'
import type { ScanFolder } from './scan-folder.ts'
import type { FilesetRow } from './scan-index.ts'

/** All that tells whether a fileset changed. */
export const stampedPaths = (row: FilesetRow): readonly string[] => [
  scanLayout.filesetMetadata(row.id),
  ...[...row.files.values()].flatMap((file) => [
    scanLayout.file(row.id, file.filename),
    scanLayout.fileMetadata(row.id, file.id),
  ]),
]

/** All that tells whether what a scan tells of itself changed. */
export const ownPaths: readonly string[] = [scanLayout.metadata, ...measuresFiles]

/** What was changed in a scan is seen by these. */
export class ScanStamps {
  readonly #folder: ScanFolder

  constructor(folder: ScanFolder) {
    this.#folder = folder
  }

  /**
   * For each of these filesets a text that is another after any change of its files, of their
   * metadata or of its own; empty for one that is not there.
   */
  ofFilesets(ids: Iterable<string>): ReadonlyMap<string, string> {
    const index = this.#folder.index()
    return new Map([...ids].map((id) => [id, this.#ofFileset(index.fileset(id))]))
  }

  #ofFileset(row: FilesetRow | undefined): string {
    return row ? this.#folder.stamp(stampedPaths(row)) : ''
  }

  /** A text that is another after any change of its own metadata or of what was measured. */
  ofMetadata(): string {
    return this.#folder.stamp(ownPaths)
  }

  /**
   * As `ofMetadata`, and another after any change of the index: a fileset or a file that came or
   * went. Costs a look at four files.
   */
  ofIndex(): string {
    return this.#folder.stamp([scanLayout.index, ...ownPaths])
  }
}
