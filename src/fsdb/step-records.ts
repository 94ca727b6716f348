// The records of steps that a scan keeps, one file for each run: a cache, safe to delete.
import { basename, join } from 'node:path'
import { isSafeName } from './ids.ts'
import { scanLayout } from './layout.ts'
import type { ScanFolder } from './scan-folder.ts'
import { namedBy } from './sweep.ts'

/** The kept records of one scan; what is in them is not the store's business. */
export class StepRecords {
  readonly #folder: ScanFolder

  constructor(folder: ScanFolder) {
    this.#folder = folder
  }

  /** The names of the files, sorted. */
  names(): string[] {
    const isRecord = (name: string) => isSafeName(name) && name.endsWith('.json')
    const paths = namedBy(this.#folder.disk, this.#folder.at(scanLayout.records), isRecord)
    return paths.map((path) => basename(path))
  }

  /** The text of one of them. */
  read(name: string): string {
    return this.#folder.disk.readText(this.#folder.at(join(scanLayout.records, name)))
  }

  /** Keeps a file, or replaces it. @param name such as `20260101.json` */
  async write(name: string, text: string): Promise<void> {
    const folder = this.#folder
    if (!isSafeName(name)) return
    await folder.host.begin(folder)
    await folder.committer.work(async () => {
      folder.disk.makeFolder(folder.at(scanLayout.records))
      await folder.replace(join(scanLayout.records, name), Buffer.from(text))
    })
  }

  /** Removes files. @param names of `names()` */
  async remove(names: readonly string[]): Promise<void> {
    const folder = this.#folder
    const gone = names.filter((name) => isSafeName(name))
    if (gone.length === 0) return
    await folder.host.begin(folder)
    await folder.committer.work(async () => {
      for (const name of gone) await folder.disk.remove(folder.at(join(scanLayout.records, name)))
    })
  }
}
