// The folders of runs in a database: what they told, and where their programs worked.
import { join } from 'node:path'
import { RomiError } from '../base/errors.ts'
import { realDisk, replaceFile, withClearErrors, type Disk } from '../base/system.ts'
import { gated } from './gate.ts'
import type { RunId } from './id-types.ts'
import { databaseLayout } from './layout.ts'
import { isRunId } from './own-names.ts'

/** Where a run and its jobs on other machines speak to each other. */
export const jobsFolder = 'jobs'

/** Where files are made before they bear their name. */
const workFolder = 'tmp'

/** The folders of runs in a database, for a process that is not connected to it. */
export const runFoldersAt = (root: string): RunFolders =>
  new RunFolders(gated(withClearErrors(realDisk), root), root)

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

  /** The runs whose jobs on other machines may not have ended, oldest first. */
  withJobs(): RunId[] {
    return this.ids().filter((run) => this.names(run, jobsFolder) !== undefined)
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

  /** Makes a folder of a run. */
  makeFolder(run: RunId, folder: string): void {
    this.#disk.makeFolder(join(this.path(run), folder))
  }

  /** Writes a file of a run, wholly or not at all, and has it on the disk. */
  async write(run: RunId, file: string, text: string): Promise<void> {
    const path = join(this.path(run), file)
    await replaceFile(this.#disk, path, Buffer.from(text), join(this.path(run), workFolder))
  }

  /** The names of what lies in a folder of a run; `undefined` if there is no such folder. */
  names(run: RunId, folder: string): readonly string[] | undefined {
    return this.#disk.list(join(this.path(run), folder))?.map(({ name }) => name)
  }

  /** How many bytes a file of a run has; `undefined` if there is none. */
  size(run: RunId, file: string): number | undefined {
    const stat = this.#disk.stat(join(this.path(run), file))
    return stat?.isFile() ? stat.size : undefined
  }

  /** Gives a file of a run another name. */
  rename(run: RunId, from: string, to: string): void {
    this.#disk.rename(join(this.path(run), from), join(this.path(run), to))
  }

  /** Removes a file or a folder of a run. */
  async remove(run: RunId, name: string): Promise<void> {
    await this.#disk.remove(join(this.path(run), name))
  }

  /** A run has ended: nothing is left where it worked. */
  async end(run: RunId): Promise<void> {
    await this.#disk.remove(this.scratch(run))
  }
}
