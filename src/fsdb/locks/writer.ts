// One writer among others: its file, the scans that it holds, and its way in and out.
//
//   join ──► there ──claim──► holds ──► lets go ──► leaves
//              └─────────── killed: whoever looks next removes its file ─┘
import fs from 'node:fs'
import { join as joinPath } from 'node:path'
import lockfile from 'proper-lockfile'
import { asError, RomiError, systemCode } from '../../base/errors.ts'
import { explainDiskError } from '../../base/system.ts'
import type { JsonObject } from '../../base/types.ts'
import { databaseLayout } from '../layout.ts'
import { decide, type Other } from './decide.ts'
import { lookAt, makeFolder, namesIn, replace, syncFolder, writeDurably } from './files.ts'
import {
  everything,
  folderOf,
  formatHolder,
  isUuid,
  parseHolder,
  raiseCounter,
  type Holder,
  type WantedScan,
} from './holder.ts'
import { IndexLock } from './index-lock.ts'
import { Lives } from './life.ts'
import { thisProcess } from './owner.ts'
import { PlainLock } from './plain-lock.ts'
import { foreign, heldBy, heldByOwner, lost } from './refusals.ts'
import { Sightings, staleMs } from './sightings.ts'
import { untilDone, type Attempt, type Patience } from './waiting.ts'

/** How often the counter is raised. */
const raiseMs = 5_000

type Held = Attempt<never> & { readonly is: 'held' }

/** A writer that is there, and what it holds. */
export class Writer {
  readonly #root: string
  readonly #layout: ReturnType<typeof databaseLayout>
  readonly #path: string
  readonly #lives: Lives
  readonly #index: IndexLock
  readonly #plain: PlainLock
  #holder: Holder
  #counter = 0
  /** The last of the files that we put in the place of our first one. */
  #inode = 0
  #isThere = false
  #lost: RomiError | undefined
  #stopRaising: (() => Promise<void>) | undefined
  /** Writers that were found dead since somebody asked. */
  #dead: Holder[] = []

  private constructor(root: string, info: JsonObject) {
    this.#root = root
    this.#layout = databaseLayout(root)
    const { locks, holders, lock } = this.#layout
    const owner = thisProcess(info)
    const folder = folderOf(root)
    this.#path = joinPath(holders, owner.uuid)
    this.#lives = new Lives(folder, new Sightings(locks))
    this.#index = new IndexLock(locks, owner, folder, this.#lives)
    this.#plain = new PlainLock(root, lock, locks, this.#lives)
    this.#holder = { ...owner, folder, ticket: 0, claims: [], waits: [] }
  }

  /**
   * Becomes a writer of a database, who holds nothing yet.
   *
   * @throws RomiError `store/locked` by version 0.1; `store/foreign-lock` by another program
   */
  static async join(root: string, info: JsonObject, patience: Patience): Promise<Writer> {
    const writer = new Writer(root, info)
    try {
      makeFolder(root, writer.#layout.locks)
      await writer.#untilDone(() => writer.#enter(), patience)
    } catch (error) {
      throw explainDiskError(error, writer.#layout.locks)
    }
    return writer
  }

  get holder(): Holder {
    return this.#holder
  }

  async #untilDone<T>(attempt: () => Promise<Attempt<T>>, patience: Patience): Promise<T> {
    try {
      return await untilDone(attempt, patience)
    } finally {
      this.#lives.sightings.save()
    }
  }

  /** One attempt to get in. By proper-lockfile, which raises the counter and cleans up at exit. */
  async #enter(): Promise<Attempt<void>> {
    let held: Held | undefined
    const files = this.#lockFiles(() => {
      const outcome = this.#underIndex(() => this.#register())
      if (outcome.is === 'held') held = outcome
      return outcome.is === 'done'
    })
    try {
      this.#stopRaising = await lockfile.lock(this.#path, {
        lockfilePath: this.#path,
        realpath: false,
        stale: staleMs,
        update: raiseMs,
        fs: files,
        onCompromised: (error) => {
          this.#lost ??= lost(this.#root, `${this.#path} is gone`, error)
        },
      })
      return { is: 'done', value: undefined }
    } catch (error) {
      if (systemCode(error) === 'ELOCKED' && held) return held
      throw error
    }
  }

  /** What proper-lockfile does to the disk, on our own file. */
  #lockFiles(register: () => boolean) {
    type Done<R extends unknown[] = []> = (error: Error | null, ...rest: R) => void
    let mtime = new Date()
    const call = (work: () => void, done: Done): void => {
      try {
        work()
      } catch (error) {
        done(asError(error))
        return
      }
      done(null)
    }
    const absent = (): Error => Object.assign(new Error('gone'), { code: 'ENOENT' })
    return {
      ...fs,
      mkdir: (_: string, done: Done) =>
        call(() => {
          if (!register()) throw Object.assign(new Error('locked'), { code: 'EEXIST' })
        }, done),
      /** It tells of no clock: ours as long as our file is there, whoever touched it. */
      stat: (_: string, done: Done<[stat: { readonly mtime: Date }]>) => {
        if (this.#isThere && !this.#isInPlace()) done(absent(), { mtime })
        else done(null, { mtime: this.#isThere ? mtime : new Date() })
      },
      utimes: (_: string, __: Date, next: Date, done: Done) => {
        mtime = next
        this.#raise()
        done(null)
      },
      rmdir: (_: string, done: Done) => call(() => undefined, done),
      rmdirSync: () => this.#leaveAtExit(),
    }
  }

  #raise(): void {
    this.#counter++
    try {
      raiseCounter(this.#path, this.#counter)
    } catch (error) {
      // A disk that is away for a moment; whether the file is there is looked at by `stat`.
      if (systemCode(error) === undefined) throw error
    }
  }

  #isInPlace(): boolean {
    const stat = fs.lstatSync(this.#path, { throwIfNoEntry: false })
    return stat !== undefined && stat.ino === this.#inode
  }

  #underIndex<T>(work: () => Attempt<T>): Attempt<T> {
    const taken = this.#index.tryTake()
    if (taken.is === 'held') {
      const { by } = taken
      const life = by?.life === 'alive' ? 'alive' : 'silent'
      // Held for a moment by one that lives: it is worth the moment, even for those who do not wait.
      return {
        is: 'held',
        life: 'silent',
        refusal: () => heldByOwner(this.#root, by?.owner, life === 'alive'),
      }
    }
    try {
      return work()
    } finally {
      this.#index.release()
    }
  }

  #register(): Attempt<void> {
    const plain = this.#plain.take(this.#index)
    if (plain.is === 'foreign') throw foreign(this.#layout.lock, plain.what, plain.mtimeMs)
    if (plain.is !== 'ours') {
      const made = plain.is === 'old' ? plain.made : undefined
      const isAlive = made?.life === 'alive'
      const life = isAlive ? 'alive' : 'silent'
      return { is: 'held', life, refusal: () => heldByOwner(this.#root, made?.owner, isAlive) }
    }
    makeFolder(this.#root, this.#layout.holders)
    const ticket = 1 + Math.max(0, ...this.#others().map(({ holder }) => holder.ticket))
    this.#holder = { ...this.#holder, ticket }
    writeDurably(this.#path, formatHolder(this.#holder, this.#counter))
    syncFolder(this.#layout.holders)
    this.#inode = fs.lstatSync(this.#path).ino
    this.#isThere = true
    return { is: 'done', value: undefined }
  }

  /** All other writers who live, or may; removes the files of the dead. Under the index' lock. */
  #others(): Other[] {
    const { holders } = this.#layout
    return namesIn(holders).flatMap((name) => {
      const path = joinPath(holders, name)
      if (path === this.#path) return []
      const lying = lookAt(path)
      if (lying.is !== 'file') return []
      const parsed = isUuid(name) ? parseHolder(lying.text) : undefined
      const life = parsed && this.#lives.ofHolder(parsed.holder, parsed.counter)
      if (parsed && life !== undefined && life !== 'dead') return [{ holder: parsed.holder, life }]
      // Whoever writes there does so under the index' lock, so that a torn one is of the dead.
      if (parsed) this.#dead.push(parsed.holder)
      fs.rmSync(path, { force: true })
      return []
    })
  }

  /**
   * Takes a scan, or the whole database.
   *
   * @throws RomiError `store/locked` with the owner as fact
   */
  async claim(wanted: WantedScan, patience: Patience): Promise<void> {
    try {
      await this.#untilDone(
        async () => this.#underIndex(() => this.#tryClaim(wanted, patience)),
        patience,
      )
    } finally {
      await this.#update(({ waits, claims }) => ({
        claims,
        waits: waits.filter((of) => of !== wanted),
      }))
    }
  }

  #tryClaim(wanted: WantedScan, { wait }: Patience): Attempt<void> {
    this.assert()
    const verdict = decide(wanted, this.#holder, this.#others())
    const { claims, waits } = this.#holder
    if (verdict.is === 'free') {
      const since = new Date().toISOString()
      this.#write({
        claims: [...claims.filter(({ of }) => of !== wanted), { of: wanted, since }],
        waits: waits.filter((of) => of !== wanted),
      })
      return { is: 'done', value: undefined }
    }
    if (wait && !waits.includes(wanted)) this.#write({ claims, waits: [...waits, wanted] })
    const { by, does } = verdict
    return { is: 'held', life: by.life, refusal: () => heldBy(this.#root, wanted, by, does) }
  }

  /** Lets a scan go. */
  async letGo(wanted: WantedScan): Promise<void> {
    await this.#update(({ claims, waits }) => ({
      claims: claims.filter(({ of }) => of !== wanted),
      waits,
    }))
  }

  /** Changes what our file tells, if that is a change. */
  async #update(change: (holder: Holder) => Pick<Holder, 'claims' | 'waits'>): Promise<void> {
    const isSame = (): boolean => {
      const { claims, waits } = change(this.#holder)
      return (
        claims.length === this.#holder.claims.length && waits.length === this.#holder.waits.length
      )
    }
    if (!this.#isThere || isSame()) return
    await this.#whileIndexed(() => {
      if (this.#isInPlace()) this.#write(change(this.#holder))
    })
  }

  /** Under the index' lock, checked directly before. */
  #write(change: Pick<Holder, 'claims' | 'waits'>): void {
    if (!this.#index.isOurs() || !this.#isInPlace()) throw this.#lostNow()
    const holder = { ...this.#holder, ...change }
    replace(this.#path, formatHolder(holder, this.#counter))
    this.#holder = holder
    this.#inode = fs.lstatSync(this.#path).ino
  }

  #lostNow(): RomiError {
    this.#lost ??= lost(this.#root, `${this.#path} was removed`)
    return this.#lost
  }

  /** Does something short while nobody else changes which scans there are, or who holds which. */
  async whileIndexed<T>(work: () => Promise<T>): Promise<T> {
    this.assert()
    await this.#takeIndex()
    try {
      return await work()
    } finally {
      this.#index.release()
    }
  }

  async #whileIndexed(work: () => void): Promise<void> {
    await this.#takeIndex()
    try {
      work()
    } finally {
      this.#index.release()
    }
  }

  /** It is never held for long, so that even those who do not wait for scans wait for it. */
  async #takeIndex(): Promise<void> {
    await this.#untilDone(
      async () => {
        const taken = this.#index.tryTake()
        if (taken.is === 'ours') return { is: 'done', value: undefined }
        const by = taken.by?.owner
        return { is: 'held', life: 'silent', refusal: () => heldByOwner(this.#root, by, true) }
      },
      { wait: true },
    )
  }

  /** Whether it may write in a scan now, or in the whole database. */
  holds(wanted: WantedScan): boolean {
    return this.#holder.claims.some(({ of }) => of === wanted || of === everything)
  }

  /**
   * Looks whether what we hold is ours still.
   *
   * @throws RomiError `store/lock-lost`
   */
  assert(): void {
    if (this.#lost) throw this.#lost
    if (!this.#isInPlace()) throw this.#lostNow()
    if (!this.#plain.isOurs()) {
      this.#lost = lost(this.#root, `${this.#layout.lock} was taken or removed`)
      throw this.#lost
    }
  }

  /** The writers that live, or may, by their UUIDs. */
  async living(): Promise<ReadonlySet<string>> {
    const uuids = new Set([this.#holder.uuid])
    await this.#whileIndexed(() => {
      for (const { holder } of this.#others()) uuids.add(holder.uuid)
    })
    return uuids
  }

  /** Whether writers were found dead since this was asked for. */
  foundDead(): boolean {
    return this.#dead.splice(0).length > 0
  }

  /** Goes; the last one takes the plain lock away. */
  async leave(): Promise<void> {
    if (!this.#isThere) return
    this.#isThere = false
    // One that was lost is not raised any more.
    await this.#stopRaising?.().catch((error: unknown) => {
      if (!['ERELEASED', 'ENOTACQUIRED'].includes(systemCode(error) ?? '')) throw error
    })
    await this.#whileIndexed(() => this.#goUnderIndex())
  }

  #goUnderIndex(): void {
    if (this.#isInPlace()) fs.rmSync(this.#path, { force: true })
    if (this.#others().length > 0) return
    // Before the plain lock: version 0.1 does not know what a folder among its locks is.
    try {
      fs.rmdirSync(this.#layout.holders)
    } catch (error) {
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemCode(error) ?? ''))
        throw error
    }
    this.#lives.sightings.forget()
    this.#plain.remove()
  }

  /** As `leave`, when nothing can be waited for: what stays is found to be of the dead. */
  #leaveAtExit(): void {
    if (!this.#isThere) return
    this.#isThere = false
    if (this.#isInPlace()) fs.rmSync(this.#path, { force: true })
    const pause = new Int32Array(new SharedArrayBuffer(4))
    for (let attempt = 0; attempt < 100; attempt++) {
      if (this.#index.isHeld || this.#index.tryTake().is === 'ours') {
        this.#goUnderIndex()
        this.#index.release()
        return
      }
      Atomics.wait(pause, 0, 0, 5)
    }
  }
}
