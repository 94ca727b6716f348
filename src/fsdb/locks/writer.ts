// One writer among others: the scans that it holds, and its way in and out.
//
//   join ──► there ──claim──► holds ──► lets go ──► leaves
//              └─────────── killed: whoever looks next removes its file ─┘
import fs from 'node:fs'
import { join as joinPath } from 'node:path'
import { RomiError, systemCode } from '../../base/errors.ts'
import { explainDiskError } from '../../base/disk-errors.ts'
import type { JsonObject } from '../../base/types.ts'
import { databaseLayout } from '../layout.ts'
import { decide } from './decide.ts'
import { makeFolder } from './files.ts'
import { beat } from './heartbeat.ts'
import { everything, folderOf, type Holder, type WantedScan } from './holder.ts'
import { HolderFile } from './holder-file.ts'
import { IndexLock } from './index-lock.ts'
import { IndexTurn, untilDoneWithSightings } from './index-turn.ts'
import { Lives } from './life.ts'
import { OtherWriters } from './other-writers.ts'
import { thisProcess } from './owner.ts'
import { PlainLock } from './plain-lock.ts'
import { foreign, heldBy, heldByOwner, lost } from './refusals.ts'
import { Sightings } from './sightings.ts'
import type { Attempt, Patience } from './waiting.ts'

type Held = Attempt<never> & { readonly is: 'held' }

/** A writer that is there, and what it holds. */
export class Writer {
  readonly #root: string
  readonly #layout: ReturnType<typeof databaseLayout>
  readonly #file: HolderFile
  readonly #lives: Lives
  readonly #index: IndexLock
  readonly #turn: IndexTurn
  readonly #plain: PlainLock
  readonly #others: OtherWriters
  #holder: Holder
  #isThere = false
  #lost: RomiError | undefined
  #stopRaising: (() => Promise<void>) | undefined

  private constructor(root: string, info: JsonObject) {
    this.#root = root
    this.#layout = databaseLayout(root)
    const { locks, holders, lock } = this.#layout
    const owner = thisProcess(info)
    const folder = folderOf(root)
    this.#file = new HolderFile(joinPath(holders, owner.uuid))
    this.#lives = new Lives(folder, new Sightings(locks))
    this.#index = new IndexLock(locks, owner, folder, this.#lives)
    this.#turn = new IndexTurn(root, this.#index, this.#lives.sightings)
    this.#plain = new PlainLock(root, lock, locks, this.#lives)
    this.#others = new OtherWriters(holders, owner.uuid, this.#lives)
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
      await untilDoneWithSightings(writer.#lives.sightings, () => writer.#enter(), patience)
    } catch (error) {
      throw explainDiskError(error, writer.#layout.locks)
    }
    return writer
  }

  get holder(): Holder {
    return this.#holder
  }

  /** One attempt to get in. */
  async #enter(): Promise<Attempt<void>> {
    let held: Held | undefined
    const register = (): boolean => {
      const outcome = this.#turn.attempt(() => this.#register())
      if (outcome.is === 'held') held = outcome
      return outcome.is === 'done'
    }
    try {
      this.#stopRaising = await beat({
        path: this.#file.path,
        register,
        state: () => (!this.#isThere ? 'to be made' : this.#file.isInPlace() ? 'there' : 'gone'),
        raise: () => this.#file.raise(),
        onLost: (error) => {
          this.#lost ??= lost(this.#root, `${this.#file.path} is gone`, error)
        },
        leaveAtExit: () => this.#leaveAtExit(),
      })
      return { is: 'done', value: undefined }
    } catch (error) {
      if (systemCode(error) === 'ELOCKED' && held) return held
      throw error
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
    const ticket = 1 + Math.max(0, ...this.#others.look().map(({ holder }) => holder.ticket))
    this.#holder = { ...this.#holder, ticket }
    this.#file.create(this.#holder)
    this.#isThere = true
    return { is: 'done', value: undefined }
  }

  /**
   * Takes a scan, or the whole database.
   *
   * @throws RomiError `store/locked` with the owner as fact
   */
  async claim(wanted: WantedScan, patience: Patience): Promise<void> {
    try {
      await untilDoneWithSightings(
        this.#lives.sightings,
        async () => this.#turn.attempt(() => this.#tryClaim(wanted, patience)),
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
    const verdict = decide(wanted, this.#holder, this.#others.look())
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
    await this.#turn.during(() => {
      if (this.#file.isInPlace()) this.#write(change(this.#holder))
    })
  }

  /** Under the index' lock, checked directly before. */
  #write(change: Pick<Holder, 'claims' | 'waits'>): void {
    if (!this.#index.isOurs() || !this.#file.isInPlace()) throw this.#lostNow()
    const holder = { ...this.#holder, ...change }
    this.#file.replace(holder)
    this.#holder = holder
  }

  #lostNow(): RomiError {
    this.#lost ??= lost(this.#root, `${this.#file.path} was removed`)
    return this.#lost
  }

  /** Does something short while nobody else changes which scans there are, or who holds which. */
  async whileIndexed<T>(work: () => Promise<T>): Promise<T> {
    this.assert()
    return this.#turn.during(work)
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
    if (!this.#file.isInPlace()) throw this.#lostNow()
    if (!this.#plain.isOurs()) {
      this.#lost = lost(this.#root, `${this.#layout.lock} was taken or removed`)
      throw this.#lost
    }
  }

  /**
   * Whether nobody else is there now.
   *
   * @throws RomiError `store/lock-lost`
   */
  isAlone(): boolean {
    this.assert()
    return this.#others.areNone()
  }

  /** The writers that live, or may, by their UUIDs. */
  async living(): Promise<ReadonlySet<string>> {
    const uuids = new Set([this.#holder.uuid])
    await this.#turn.during(() => {
      for (const { holder } of this.#others.look()) uuids.add(holder.uuid)
    })
    return uuids
  }

  /** Whether writers were found dead since this was asked for. */
  foundDead(): boolean {
    return this.#others.foundDead()
  }

  /** Goes; the last one takes the plain lock away. */
  async leave(): Promise<void> {
    if (!this.#isThere) return
    this.#isThere = false
    // One that was lost is not raised any more.
    await this.#stopRaising?.().catch((error: unknown) => {
      if (!['ERELEASED', 'ENOTACQUIRED'].includes(systemCode(error) ?? '')) throw error
    })
    try {
      await this.#turn.during(() => this.#goUnderIndex())
    } catch (error) {
      if (!(error instanceof RomiError) || error.code !== 'store/disk-full') throw error
      // No room for a turn: what stays is found to be of the dead.
      this.#file.remove()
    }
  }

  #goUnderIndex(): void {
    this.#file.remove()
    if (this.#others.look().length > 0) return
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
    this.#file.remove()
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
