// The right to write: what is held, and which scans were swept and changed since it was taken.
import { basename, join } from 'node:path'
import { RomiError, systemCode } from '../base/errors.ts'
import { explainDiskError } from '../base/disk-errors.ts'
import type { Disk } from '../base/system.ts'
import type { JsonObject } from '../base/types.ts'
import { isScanId } from './ids.ts'
import { databaseLayout, scanLayout } from './layout.ts'
import { everything } from './locks/holder.ts'
import type { Owner } from './locks/owner.ts'
import { PlantdbLocks, type PlantdbState } from './locks/plantdb-locks.ts'
import { untilDone, type Patience } from './locks/waiting.ts'
import { Writer } from './locks/writer.ts'
import { isTemporaryName, temporaryName } from './own-names.ts'
import type { ScanFolder } from './scan-folder.ts'
import { namedBy, sweep } from './sweep.ts'

/** What `FSDB.connect` may be told. */
export interface ConnectOptions extends Patience {
  /** Shown to whoever finds the database or a scan held, such as the id of a run. */
  readonly info?: JsonObject
  /** Other writers may work on other scans meanwhile: `takeScan` before a scan is written. */
  readonly share?: boolean
}

/** A writer's place in a database, and what follows from it. */
export class Connection {
  readonly #disk: Disk
  readonly #layout: ReturnType<typeof databaseLayout>
  readonly #writer: Writer
  readonly #plantdb: PlantdbLocks
  /** The sweeping of each scan that was changed since we took it. */
  readonly #begun = new Map<ScanFolder, Promise<void>>()
  /** Those of them whose sweeping is over. */
  readonly #swept = new WeakSet<Promise<void>>()

  private constructor(disk: Disk, root: string, writer: Writer) {
    this.#disk = disk
    this.#layout = databaseLayout(root)
    this.#writer = writer
    this.#plantdb = new PlantdbLocks(this.#layout.plantdbLocks)
  }

  /** @throws RomiError `store/locked`, `store/foreign-lock` */
  static async open(disk: Disk, root: string, options: ConnectOptions): Promise<Connection> {
    const writer = await Writer.join(root, options.info ?? {}, options)
    try {
      if (!options.share) await writer.claim(everything, options)
    } catch (error) {
      await writer.leave()
      throw error
    }
    return new Connection(disk, root, writer)
  }

  get owner(): Owner {
    return this.#writer.holder
  }

  /** @throws RomiError `store/lock-lost`; `store/scan-not-taken` if the scan is not ours */
  assert(scan?: string): void {
    this.#writer.assert()
    if (scan === undefined || this.#writer.holds(scan)) return
    throw new RomiError(
      'store/scan-not-taken',
      `the scan ${scan} is not ours to write: takeScan('${scan}') first, or connect without share`,
      { facts: { id: scan } },
    )
  }

  /** Takes a scan, and finishes or removes what a killed writer left there. */
  async take(scan: ScanFolder, patience: Patience): Promise<void> {
    await this.reserve(scan.id, patience)
    if (this.#disk.stat(this.#markOf(scan.id))) await this.begin(scan)
  }

  /**
   * Whether nobody else is there who could write in a scan, nor did a killed writer leave anything in
   * it: who only reads it now need not take it.
   */
  isAtRest(scan: ScanFolder): boolean {
    return (
      this.#writer.isAlone() &&
      this.#plantdb.state === 'absent' &&
      !this.#disk.stat(this.#markOf(scan.id)) &&
      !this.#isSomethingLeft(scan)
    )
  }

  /** Takes the place of a scan, which may be still to be made. */
  async reserve(id: string, patience: Patience): Promise<void> {
    const isOurs = this.#writer.holds(id)
    try {
      if (!isOurs) await this.#writer.claim(id, patience)
    } catch (error) {
      throw explainDiskError(error, this.#layout.locks)
    }
    try {
      await this.keepPlantdbOut(id, patience)
    } catch (error) {
      if (!isOurs) await this.#writer.letGo(id)
      throw error
    }
  }

  /** Holds the lock that plantdb would take to read or write a scan. */
  async keepPlantdbOut(id: string, patience: Patience): Promise<void> {
    await untilDone(() => this.#plantdb.tryTake(id), patience)
  }

  /** What ROMI's plantdb knows of us. */
  get plantdb(): PlantdbState {
    return this.#plantdb.state
  }

  /** Lets a scan go, when what is being written there is written. */
  async letGo(scan: ScanFolder): Promise<void> {
    try {
      await this.#finish(scan)
      this.#begun.delete(scan)
      this.#plantdb.release(scan.id)
      await this.#writer.letGo(scan.id)
    } catch (error) {
      // A disk in trouble: what is not let go now is, when this process leaves or ends.
      if (systemCode(error) === undefined && !(error instanceof RomiError)) throw error
    }
  }

  /** Does something short while nobody else makes or deletes scans. */
  whileIndexed<T>(work: () => Promise<T>): Promise<T> {
    return this.#writer.whileIndexed(work)
  }

  /** The writers that live, or may, by their UUIDs. */
  living(): Promise<ReadonlySet<string>> {
    return this.#writer.living()
  }

  /** Whether writers were found dead since this was asked for. */
  foundDead(): boolean {
    return this.#writer.foundDead()
  }

  /** A new path for a scan in the making or one that is being deleted; ours as long as we live. */
  workPath(): string {
    return join(this.#layout.work, temporaryName(this.#writer.holder.uuid))
  }

  /**
   * Removes or finishes all that killed writers left.
   *
   * @param scanNamed the scan of a name, if it is there
   */
  async sweepAll(scanNamed: (name: string) => ScanFolder | undefined): Promise<void> {
    await this.#sweepWork()
    for (const { name } of this.#disk.list(this.#layout.touched) ?? []) {
      const scan = scanNamed(name)
      try {
        if (!scan) await this.#forgetAbsent(name)
        else if (this.#writer.holds(scan.id)) await this.begin(scan)
      } catch (error) {
        // One damaged scan must not keep the others from use: its own first change tells.
        if (!(error instanceof RomiError)) throw error
      }
    }
  }

  /** A scan that another one is making now gets its mark again with its first change. */
  async #forgetAbsent(name: string): Promise<void> {
    if (!this.#writer.holds(everything)) return
    const stat = this.#disk.stat(this.#markOf(name))
    // What is no mark of ours stays.
    if (isScanId(name) && stat?.isFile() && stat.size === 0)
      await this.#disk.remove(this.#markOf(name))
  }

  async #sweepWork(): Promise<void> {
    const left = namedBy(this.#disk, this.#layout.work, isTemporaryName)
    if (left.length === 0) return
    const living = await this.living()
    for (const path of left)
      if (!living.has(basename(path).split('.')[0])) await this.#disk.remove(path)
  }

  #markOf(scan: string): string {
    return join(this.#layout.touched, scan)
  }

  /** Has a scan swept, once, before its first change. */
  async begin(scan: ScanFolder): Promise<void> {
    this.assert(scan.id)
    let begun = this.#begun.get(scan)
    if (!begun) {
      const sweeping = this.#sweepOne(scan)
      this.#begun.set(scan, sweeping)
      sweeping.then(
        () => this.#swept.add(sweeping),
        () => this.#begun.delete(scan),
      )
      begun = sweeping
    }
    // What was looked at a moment ago is not looked at again.
    if (this.#swept.has(begun)) return
    await begun
    this.assert(scan.id)
  }

  async #sweepOne(scan: ScanFolder): Promise<void> {
    await this.keepPlantdbOut(scan.id, {})
    this.#disk.makeFolder(this.#layout.touched)
    const mark = this.#markOf(scan.id)
    if (!this.#disk.stat(mark)) await this.#disk.createLoose(mark, new Uint8Array())
    await sweep(scan)
  }

  /** A scan was deleted: one that is made anew by its id begins anew. */
  forget(scan: ScanFolder): void {
    this.#begun.delete(scan)
  }

  /** Waits for what is being written; then nothing more is. */
  async close(): Promise<void> {
    try {
      for (const scan of this.#begun.keys()) await this.#finish(scan)
    } finally {
      this.#plantdb.releaseAll()
      await this.#writer.leave()
    }
  }

  #isOurs(scan: ScanFolder): boolean {
    try {
      this.assert(scan.id)
      return true
    } catch (error) {
      if (error instanceof RomiError) return false
      throw error
    }
  }

  /** A scan with nothing left to sweep need not be looked at by the next writer. */
  async #finish(scan: ScanFolder): Promise<void> {
    if (!this.#begun.has(scan)) return
    await scan.committer.idle()
    if (!this.#isOurs(scan)) return
    if (this.#isSomethingLeft(scan)) return
    // A mark that stays costs the next writer a look, no more.
    await this.#disk.remove(this.#markOf(scan.id)).catch(() => undefined)
  }

  /** Whether a scan has work that is not finished. */
  #isSomethingLeft(scan: ScanFolder): boolean {
    const { journal, work, drafts } = scanLayout
    const isLeft = (path: string): boolean => (this.#disk.list(scan.at(path)) ?? []).length > 0
    return this.#disk.stat(scan.at(journal)) !== undefined || isLeft(work) || isLeft(drafts)
  }
}
