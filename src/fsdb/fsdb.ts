// The database: a folder of scans with a marker, one writer at a time, any number of readers.
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { RomiError } from '../base/errors.ts'
import { realDisk, withClearErrors, type Disk } from '../base/system.ts'
import type { JsonObject } from '../base/types.ts'
import { Connection, type ConnectOptions } from './connection.ts'
import { DigestCache } from './digests.ts'
import { gated } from './gate.ts'
import { parseScanId, type ScanId } from './ids.ts'
import { databaseLayout, databaseNames, scanLayout } from './layout.ts'
import { assertMarker, assertOwnFolders, hasMarker } from './marker.ts'
import { metadataUpdate } from './metadata.ts'
import type { NewFileset } from './new-scan.ts'
import type { Owner } from './locks/owner.ts'
import type { PlantdbState } from './locks/plantdb-locks.ts'
import type { Patience } from './locks/waiting.ts'
import { oldOwner, writersOf } from './locks/writers.ts'
import type { Problem } from './problems.ts'
import { RawFiles } from './raw-files.ts'
import { RunFolders } from './run-folders.ts'
import { Scan } from './scan.ts'
import { matcherOf, type QueryOptions } from './query.ts'
import { mergedScanMetadata } from './scan-metadata.ts'
import type { ScanFolder, ScanHost } from './scan-folder.ts'
import { ScanFolders } from './scan-folders.ts'
import { OuterScratch } from './scratch.ts'
import { bringScan, removeScan, type ScanPlace } from './whole-scans.ts'

/**
 * A database of scans on the disk, in ROMI's layout.
 *
 *     await using db = new FSDB('mydb')
 *     await db.connect()
 *     const scan = await db.createScan('myscan_001', { species: 'Arabidopsis' })
 */
export class FSDB {
  /** Absolute. */
  readonly path: string
  /** Digests of files' contents, kept between runs. */
  readonly digests: DigestCache
  /** The runs that worked on it. */
  readonly runs: RunFolders
  /** The files of scans as they are, to be sent. */
  readonly raw: RawFiles
  readonly #disk: Disk
  /** Only sees whether something lies behind a link that leads out. */
  readonly #bare: Disk
  readonly #scans: ScanFolders
  #connection: Connection | undefined

  constructor(path: string, options: { readonly disk?: Disk } = {}) {
    this.path = resolve(path)
    this.#bare = withClearErrors(options.disk ?? realDisk)
    this.#disk = gated(this.#bare, this.path)
    this.digests = new DigestCache(this.#disk, this.path)
    this.runs = new RunFolders(this.#disk, this.path)
    this.raw = new RawFiles(this.#disk, this.path)
    const host: ScanHost = {
      disk: this.#disk,
      root: this.path,
      digests: this.digests,
      assertLock: (scan) => this.#connected().assert(scan),
      begin: async (scan) => this.#connected().begin(scan),
    }
    this.#scans = new ScanFolders(host, this.#bare)
  }

  /** True of a folder with a marker, which is a file: a pipe or a folder by that name is none. */
  static isDatabase(path: string): boolean {
    return hasMarker(path)
  }

  /** True of a folder with an index, in a database. */
  static isScan(path: string): boolean {
    return existsSync(join(path, scanLayout.index)) && FSDB.isDatabase(dirname(path))
  }

  /**
   * Makes a database: the folder, if need be, and its marker. Connect it to write.
   *
   * @throws RomiError `store/database-exists`, `store/folder-not-empty`
   */
  static async create(path: string, options: { readonly disk?: Disk } = {}): Promise<FSDB> {
    const db = new FSDB(path, options)
    const { marker } = databaseLayout(db.path)
    if (FSDB.isDatabase(db.path))
      throw new RomiError('store/database-exists', `${db.path} is a database already: open it`)
    if ((db.#disk.list(db.path) ?? []).length > 0)
      throw new RomiError(
        'store/folder-not-empty',
        `${db.path} is not empty: choose a new folder, or put an empty file ${databaseNames.marker} into this one`,
      )
    db.#disk.makeFolder(db.path)
    await db.#disk.create(marker, new Uint8Array())
    await db.#disk.sync(db.path)
    return db
  }

  /**
   * Opens a database to read it; takes no lock and reads nothing but the marker.
   *
   * @throws RomiError `store/not-a-database`
   */
  static async open(path: string, options: { readonly disk?: Disk } = {}): Promise<FSDB> {
    const db = new FSDB(path, options)
    assertMarker(db.#disk, db.path)
    return db
  }

  /** Where it lies, links resolved, and which folder of this machine that is: a copy is another one. */
  place(): { readonly path: string; readonly device: number; readonly inode: number } {
    const path = this.#bare.realPath(this.path)
    const stat = this.#bare.stat(path)
    return { path, device: stat?.dev ?? 0, inode: stat?.ino ?? 0 }
  }

  /** Where its runs have their scratch folders, if that is another disk; `above` is absolute. */
  outerScratch(above: string | undefined): OuterScratch | undefined {
    return above === undefined ? undefined : new OuterScratch(this.#bare, this.place().path, above)
  }

  get isConnected(): boolean {
    return this.#connection !== undefined
  }

  /**
   * Takes the whole database, to write, or with `share` a place among its writers; finishes or
   * sweeps what killed ones left.
   *
   * @throws RomiError `store/locked`, `store/foreign-lock`, `store/not-a-database`
   */
  async connect(options: ConnectOptions = {}): Promise<void> {
    if (this.#connection) return
    assertMarker(this.#disk, this.path)
    assertOwnFolders(this.#disk, this.path)
    const connection = await Connection.open(this.#disk, this.path, options)
    this.#connection = connection
    try {
      await connection.sweepAll((name) => {
        const id = this.#scans.named(name)
        return id === undefined ? undefined : this.#scans.of(id)
      })
    } catch (error) {
      await this.disconnect()
      throw error
    }
  }

  /** The writer: this process if it is connected, else the first of all writers, if any. */
  owner(): Owner | undefined {
    return this.#connection?.owner ?? this.writers()[0]
  }

  /** All who write in this database, or may: those that came first are first. */
  writers(): readonly Owner[] {
    const old = oldOwner(this.path)
    return old ? [old] : writersOf(this.path)
  }

  /**
   * Takes a scan that is there, to write it, when connected with `share`; finishes what a killed
   * writer left in it.
   *
   * @throws RomiError `store/locked` with the owner as fact, `store/scan-missing`
   */
  async takeScan(id: string, patience: Patience = {}): Promise<void> {
    const scanId = this.#scans.called(id)
    if (scanId === undefined) throw this.#scans.missing(id)
    await this.#connected().take(this.#scans.of(scanId), patience)
  }

  /**
   * Whether nobody else is there who could write in a scan, nor did a killed writer leave anything in
   * it; for those who are connected. Who comes in the next moment is not seen: it serves who only
   * reads, and would take the scan to write.
   */
  isAtRest(id: string): boolean {
    const scanId = this.#scans.called(id)
    return scanId !== undefined && this.#connected().isAtRest(this.#scans.of(scanId))
  }

  /**
   * Takes the place of a scan, which may be still to be made, when connected with `share`.
   *
   * @throws RomiError `store/locked` with the owner as fact, `store/bad-id`
   */
  async reserveScan(id: string, patience: Patience = {}): Promise<void> {
    await this.#connected().reserve(this.#scans.called(id) ?? parseScanId(id), patience)
  }

  /** Lets a scan go that was taken or made, when what is being written there is written. */
  async letGoOfScan(id: string): Promise<void> {
    // Safe: what is no id of a scan is not held.
    const scanId = this.#scans.called(id) ?? (id as ScanId)
    await this.release(scanId)
    await this.#connected().letGo(this.#scans.of(scanId))
  }

  /** The writers that live, or may, by their UUIDs; for those who are connected. */
  async livingWriters(): Promise<ReadonlySet<string>> {
    return this.#connected().living()
  }

  /** Whether writers were found dead since this was asked: they may have left programs behind. */
  foundDeadWriters(): boolean {
    return this.#connected().foundDead()
  }

  /** What ROMI's newest plantdb, which locks scans for itself, knows of this writer. */
  plantdb(): PlantdbState {
    return this.#connected().plantdb
  }

  /** Keeps nothing of a scan in memory that can be read again: work on it is done for now. */
  async release(id: string): Promise<void> {
    const name = this.#scans.isInUse(id) ? id : (this.#scans.called(id) ?? id)
    await this.digests.release(name)
    this.#scans.release(name)
  }

  /** Waits for what is being written, and releases the lock. */
  async disconnect(): Promise<void> {
    const connection = this.#connection
    try {
      await connection?.close()
    } finally {
      if (this.#connection === connection) this.#connection = undefined
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.disconnect()
  }

  /**
   * Throws if this process may not write.
   *
   * @throws RomiError `store/not-connected`, `store/lock-lost`
   */
  assertLock(): void {
    this.#connected().assert()
  }

  #connected(): Connection {
    if (this.#connection) return this.#connection
    throw new RomiError(
      'store/not-connected',
      `${this.path} is open for reading only: connect() first`,
    )
  }

  /** The ids of its scans, sorted, also of damaged ones. */
  async scanIds(): Promise<ScanId[]> {
    return this.#scans.ids()
  }

  /** The names of folders that would be scans if their names could be ids, sorted. */
  async misnamedFolders(): Promise<string[]> {
    return this.#scans.misnamed()
  }

  async hasScan(id: string): Promise<boolean> {
    return this.#scans.called(id) !== undefined
  }

  /**
   * A scan, whose index is read.
   *
   * @throws RomiError `store/scan-missing` with the ids that are there, `store/scan-damaged`
   */
  async getScan(id: string): Promise<Scan> {
    const scanId = this.#scans.called(id)
    if (scanId === undefined) throw this.#scans.missing(id)
    const folder = this.#scans.of(scanId)
    folder.index()
    return new Scan(folder)
  }

  /**
   * Its scans, sorted by id; those whose metadata has all that `query` has: map by map, with `fuzzy`
   * by regular expressions. Nothing else of them is read: a scan whose index is damaged throws when
   * it is used.
   *
   * @throws RomiError `store/bad-query`
   * @param options.onDamaged told of each scan that a query passes over because its metadata is
   *   damaged
   */
  async getScans(
    query: JsonObject = {},
    options: QueryOptions & { readonly onDamaged?: (error: RomiError) => void } = {},
  ): Promise<Scan[]> {
    const isMatch = matcherOf(query, options, ['fuzzy', 'onDamaged'])
    const isAsked = Object.keys(query).length > 0
    const fits = (folder: ScanFolder): boolean => {
      try {
        return !isAsked || isMatch(mergedScanMetadata(folder))
      } catch (error) {
        if (!(error instanceof RomiError)) throw error
        options.onDamaged?.(error)
        return false
      }
    }
    return (await this.scanIds())
      .map((id) => this.#scans.of(id))
      .filter(fits)
      .map((folder) => new Scan(folder))
  }

  /**
   * @param filesets that it has from the beginning: whatever is killed meanwhile, there is the scan
   *   with all of them or none
   * @throws RomiError `store/scan-exists`, `store/id-clash`, `store/path-taken`, `store/bad-id`
   */
  async createScan(
    id: string,
    metadata: JsonObject = {},
    filesets: readonly NewFileset[] = [],
  ): Promise<Scan> {
    const scanId = parseScanId(id)
    const given = metadataUpdate(metadata, undefined)
    await bringScan(this.#scanPlace(), this.#scans, scanId, given, filesets)
    return this.getScan(scanId)
  }

  /** @throws RomiError `store/scan-missing` */
  async deleteScan(id: string): Promise<void> {
    const scanId = this.#scans.called(id)
    if (scanId === undefined) throw this.#scans.missing(id)
    await removeScan(this.#scanPlace(), this.#scans.of(scanId))
  }

  #scanPlace(): ScanPlace {
    return { disk: this.#disk, root: this.path, connection: this.#connected() }
  }

  /** The problems of each scan; reads everything except the files themselves. */
  async problems(): Promise<Map<ScanId, Problem[]>> {
    const found = new Map<ScanId, Problem[]>()
    for (const scan of await this.getScans()) {
      const problems = await scan.problems()
      if (problems.length > 0) found.set(scan.id, problems)
    }
    return found
  }
}
