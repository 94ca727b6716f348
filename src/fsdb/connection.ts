// The right to write: the lock, and which scans were swept and changed since it was taken.
import { join } from 'node:path'
import { RomiError } from '../base/errors.ts'
import type { Disk } from '../base/system.ts'
import type { JsonObject } from '../base/types.ts'
import { databaseLayout, scanLayout } from './layout.ts'
import { takeLock, waitForLock, type HeldLock } from './lock.ts'
import type { ScanFolder } from './scan-folder.ts'
import { sweep } from './sweep.ts'

/** What `FSDB.connect` may be told. */
export interface ConnectOptions {
  /** Wait while another run holds the database, instead of throwing `store/locked`. */
  readonly wait?: boolean
  /** Ends the waiting. */
  readonly signal?: AbortSignal
  /** Shown to whoever finds the database held, such as the id of a run. */
  readonly info?: JsonObject
}

/** A database's lock while it is held, and what follows from it. */
export class Connection {
  readonly #disk: Disk
  readonly #layout: ReturnType<typeof databaseLayout>
  readonly #lock: HeldLock
  /** The sweeping of each scan that was changed since we connected. */
  readonly #begun = new Map<ScanFolder, Promise<void>>()

  private constructor(disk: Disk, root: string, lock: HeldLock) {
    this.#disk = disk
    this.#layout = databaseLayout(root)
    this.#lock = lock
  }

  /** @throws RomiError `store/locked`, `store/foreign-lock` */
  static async open(disk: Disk, root: string, options: ConnectOptions): Promise<Connection> {
    const info = options.info ?? {}
    const lock = options.wait
      ? await waitForLock(root, info, options.signal)
      : await takeLock(root, info)
    return new Connection(disk, root, lock)
  }

  /** @throws RomiError `store/lock-lost` */
  assert(): void {
    this.#lock.assert()
  }

  /**
   * Removes or finishes all that a killed writer left.
   *
   * @param scanNamed the scan of a name, if it is there
   */
  async sweepAll(scanNamed: (name: string) => ScanFolder | undefined): Promise<void> {
    await this.#disk.remove(this.#layout.work)
    for (const { name } of this.#disk.list(this.#layout.touched) ?? []) {
      const scan = scanNamed(name)
      try {
        if (scan) await this.begin(scan)
        else await this.#disk.remove(join(this.#layout.touched, name))
      } catch (error) {
        // One damaged scan must not keep the others from use: its own first change tells.
        if (!(error instanceof RomiError)) throw error
      }
    }
  }

  /** Has a scan swept, once, before its first change. */
  async begin(scan: ScanFolder): Promise<void> {
    this.assert()
    let begun = this.#begun.get(scan)
    if (!begun) {
      begun = this.#sweepOne(scan)
      this.#begun.set(scan, begun)
      begun.catch(() => this.#begun.delete(scan))
    }
    await begun
    this.assert()
  }

  async #sweepOne(scan: ScanFolder): Promise<void> {
    this.#disk.makeFolder(this.#layout.touched)
    const mark = join(this.#layout.touched, scan.id)
    if (!this.#disk.stat(mark)) await this.#disk.createLoose(mark, new Uint8Array())
    await sweep(scan)
  }

  /** A scan was deleted: one that is made anew by its id begins anew. */
  forget(scan: ScanFolder): void {
    this.#begun.delete(scan)
  }

  /** Waits for what is being written; then nothing more is. */
  async close(): Promise<void> {
    for (const scan of this.#begun.keys()) await scan.committer.idle()
    try {
      if (this.#isOurs()) await this.#removeMarks()
    } finally {
      await this.#lock.release()
    }
  }

  #isOurs(): boolean {
    try {
      this.assert()
      return true
    } catch (error) {
      if (error instanceof RomiError) return false
      throw error
    }
  }

  /** A scan with nothing left to sweep need not be looked at by the next writer. */
  async #removeMarks(): Promise<void> {
    for (const scan of this.#begun.keys()) {
      const { work, drafts } = scanLayout
      const isLeft = (path: string): boolean => (this.#disk.list(scan.at(path)) ?? []).length > 0
      if (this.#disk.stat(scan.at(scanLayout.journal)) || isLeft(work) || isLeft(drafts)) continue
      // A mark that stays costs the next writer a look, no more.
      await this.#disk.remove(join(this.#layout.touched, scan.id)).catch(() => undefined)
    }
  }
}
