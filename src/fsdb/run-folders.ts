// The folders of runs in a database: what they told, and where their programs worked.
import { join } from 'node:path'
import { RomiError } from '../base/errors.ts'
import type { Disk } from '../base/system.ts'
import type { RunId } from './id-types.ts'
import { databaseLayout } from './layout.ts'
import { isRunId } from './own-names.ts'

/** The runs of a database. What bears no id of a run is none, and is left alone. */
export class RunFolders {
  readonly #disk: Disk
  readonly #layout: ReturnType<typeof databaseLayout>

  constructor(disk: Disk, root: string) {
    this.#disk = disk
    this.#layout = databaseLayout(root)
  }

  /** The runs that there were, oldest first. */
  ids(): RunId[] {
    return this.#idsIn(this.#layout.runs)
  }

  /** The runs that began and did not end, oldest first. */
  unended(): RunId[] {
    return this.#idsIn(this.#layout.scratch)
  }

  #idsIn(folder: string): RunId[] {
    const entries = this.#disk.list(folder) ?? []
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .filter(isRunId)
      .sort()
  }

  /** The folder of a run. */
  path(run: RunId): string {
    return this.#layout.run(run)
  }

  /** The folder in which a run may work. */
  scratch(run: RunId): string {
    return join(this.#layout.scratch, run)
  }

  /** Makes the folder of a run, with one for its logs. */
  make(run: RunId, logs: string): void {
    this.#disk.makeFolder(join(this.path(run), logs))
  }

  /** A run begins to work: makes the folder for that, which tells of it until its end. */
  begin(run: RunId): void {
    this.#disk.makeFolder(this.scratch(run))
  }

  /** Adds to a file of a run. */
  append(run: RunId, file: string, text: string): void {
    this.#disk.append(join(this.path(run), file), text)
  }

  /** A file of a run; empty if it is not there, or cannot be read as one. */
  read(run: RunId, file: string): string {
    const path = join(this.path(run), file)
    try {
      return this.#disk.stat(path)?.isFile() ? this.#disk.readText(path) : ''
    } catch (error) {
      // A log is told of by nobody else, and nothing depends on it: what cannot be read is passed over.
      if (error instanceof RomiError && error.code !== 'store/link-outside') return ''
      throw error
    }
  }

  /** How large a file of a run is and when it was written; empty if it is not there. */
  stamp(run: RunId, file: string): string {
    const stat = this.#disk.stat(join(this.path(run), file))
    return stat ? `${stat.size} ${stat.mtimeMs}` : ''
  }

  /** Removes the folder of a run, and with it all that it told. */
  async forget(run: RunId): Promise<void> {
    await this.#disk.remove(this.path(run))
  }

  /** A run has ended: nothing is left where it worked. */
  async end(run: RunId): Promise<void> {
    await this.#disk.remove(this.scratch(run))
  }
}
