// Changes of a scan that are done wholly or not at all, many at once, whatever is killed.
//
//   asked ──► journal ──► index without ──► folders moved ──► index with ──► done ──► journal gone
//                └───────────────── killed: the next writer goes on from here ─────────────┘
import { dirname, join } from 'node:path'
import { forEachLimited } from '../base/parallel.ts'
import { replaceFile, type Disk } from '../base/system.ts'
import { formatJournal, parseJournal, type Journal, type Move } from './journal.ts'
import { scanLayout } from './layout.ts'
import { ScanIndex, type IndexChange } from './scan-index.ts'

/** What one request changes. Plain JSON: a journal holds it. */
export interface Change {
  /** Index changes before anything moves: what goes away is unlisted first. */
  readonly before?: readonly IndexChange[]
  readonly moves?: readonly Move[]
  /** Index changes when all is in place: what comes is listed last. */
  readonly after?: readonly IndexChange[]
  /** What to remove at the end, relative to the scan. */
  readonly trash?: readonly string[]
}

/** Decides on a change; `index` knows the changes that were asked for before. May throw. */
export type ChangeBuilder = (index: ScanIndex, claimed: Set<string>) => Change

type Request = { readonly resolve: () => void; readonly reject: (error: unknown) => void } & (
  | { readonly is: 'change'; readonly plan: ChangeBuilder }
  | { readonly is: 'work'; readonly work: () => Promise<void> }
)

const worksAtATime = 16

/** The one place that changes a scan's index and folders; what comes together is done together. */
export class Committer {
  readonly #disk: Disk
  readonly #folder: string
  /** Throws when this process may not write (any more). */
  readonly #guard: () => void
  /** The last write of each metadata file, after which the next one may begin. */
  readonly #metadata = new Map<string, Promise<void>>()
  /** Folders whose own entries are on the disk, as long as they are there. */
  readonly #lasting = new Set<string>()
  #queue: Request[] = []
  #running: Promise<void> | undefined
  /** A journal may be there: finish it before anything else. */
  #unfinished = true

  constructor(disk: Disk, folder: string, guard: () => void) {
    this.#disk = disk
    this.#folder = folder
    this.#guard = guard
  }

  /** Does a change, together with all others that are asked for meanwhile. */
  change(plan: ChangeBuilder): Promise<void> {
    return this.#enqueue({ is: 'change', plan })
  }

  /** Does something else that must not meet a change, such as a metadata file's replacement. */
  work(work: () => Promise<void>): Promise<void> {
    return this.#enqueue({ is: 'work', work })
  }

  /** As `work`, for a metadata file: one after the other for the same file. */
  metadata(path: string, work: () => Promise<void>): Promise<void> {
    return this.work(async () => {
      const earlier = this.#metadata.get(path)
      const own = (earlier ?? Promise.resolve()).then(work)
      const settled = own.then(
        () => undefined,
        () => undefined,
      )
      this.#metadata.set(path, settled)
      await own.finally(() => {
        if (this.#metadata.get(path) === settled) this.#metadata.delete(path)
      })
    })
  }

  /** Ends when nothing is left to do; never throws. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running
  }

  #enqueue(
    request: { is: 'change'; plan: ChangeBuilder } | { is: 'work'; work: () => Promise<void> },
  ): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      this.#queue.push({ ...request, resolve, reject })
    })
    this.#running ??= this.#run()
    return done
  }

  async #run(): Promise<void> {
    // One turn of the event loop, so that calls made together are done together.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#queue.length > 0) {
      const kind = this.#queue[0].is
      const end = this.#queue.findIndex((task) => task.is !== kind)
      const batch = this.#queue.splice(0, end < 0 ? this.#queue.length : end)
      try {
        this.#guard()
        if (this.#unfinished) await this.recover()
      } catch (error) {
        for (const task of batch) task.reject(error)
        continue
      }
      if (kind === 'work') await this.#doWorks(batch)
      else await this.#doChanges(batch)
    }
    // In the same step as the look at the queue: a request that came in between would never end.
    this.#running = undefined
  }

  async #doWorks(batch: readonly Request[]): Promise<void> {
    await forEachLimited(batch, worksAtATime, async (task) => {
      if (task.is === 'work') await task.work().then(task.resolve, task.reject)
    })
  }

  async #doChanges(batch: readonly Request[]): Promise<void> {
    const accepted: Request[] = []
    const journal: Journal = { before: [], moves: [], after: [], trash: [] }
    try {
      const original = this.#indexText()
      const index = this.#parsed(original)
      const claimed = new Set<string>()
      for (const task of batch) {
        if (task.is !== 'change') continue
        try {
          const change = task.plan(index, claimed)
          for (const one of [...(change.before ?? []), ...(change.after ?? [])]) index.apply(one)
          journal.before.push(...(change.before ?? []))
          journal.moves.push(...(change.moves ?? []))
          journal.after.push(...(change.after ?? []))
          journal.trash.push(...(change.trash ?? []))
          accepted.push(task)
        } catch (error) {
          task.reject(error)
        }
      }
      await this.#carryOut(journal, original)
      for (const task of accepted) task.resolve()
    } catch (error) {
      // One of them may be to blame: each alone, so that the others succeed.
      const waiting = accepted.length > 0 ? accepted : batch
      if (waiting.length === 1 || this.#unfinished) for (const task of waiting) task.reject(error)
      else for (const task of waiting) await this.#doChanges([task])
    }
  }

  #at(path: string): string {
    return join(this.#folder, path)
  }

  /** The index as it is on the disk. */
  readIndex(): ScanIndex {
    return this.#parsed(this.#indexText())
  }

  #indexText(): string {
    return this.#disk.readText(this.#at(scanLayout.index))
  }

  #parsed(text: string): ScanIndex {
    return ScanIndex.parse(text, this.#at(scanLayout.index))
  }

  /** @param original the text of the index, as it was a moment ago */
  async #carryOut(journal: Journal, original: string): Promise<void> {
    if (Object.values(journal).every((list) => list.length === 0)) return
    this.#guard()
    const own = this.#at(scanLayout.own)
    if (!this.#disk.stat(own)) this.#disk.makeFolder(own)
    try {
      // A torn journal is no JSON: nothing of it was begun.
      await this.#disk.create(this.#at(scanLayout.journal), Buffer.from(formatJournal(journal)))
      await this.#disk.sync(own)
      await this.#forward(journal)
    } catch (error) {
      this.#unfinished = true
      await this.#backward(journal, original)
      throw error
    }
    await this.#clear(journal)
  }

  /** Does all that a journal says and that is not done yet. */
  async #forward(journal: Journal): Promise<void> {
    await this.#rewriteIndex(journal.before)
    const parents = new Set(journal.moves.map(({ to }) => dirname(this.#at(to))))
    /** All whose entries change. */
    const folders = new Set(parents)
    for (const parent of parents) {
      const isThere = this.#disk.stat(parent) !== undefined
      // It may be new itself.
      if (!this.#lasting.has(parent) || !isThere) folders.add(dirname(parent))
      if (!isThere) this.#disk.makeFolder(parent)
    }
    for (const { from, to, over } of journal.moves) {
      if (!this.#disk.stat(this.#at(from)) || (!over && this.#disk.stat(this.#at(to)))) continue
      this.#guard()
      this.#disk.rename(this.#at(from), this.#at(to))
      folders.add(dirname(this.#at(from)))
    }
    for (const folder of folders) await this.#disk.sync(folder)
    for (const parent of parents) this.#lasting.add(parent)
    await this.#rewriteIndex(journal.after.filter((change) => this.#isThere(change)))
  }

  /** A fileset whose folder is gone is not listed: others may have deleted it after all. */
  #isThere(change: IndexChange): boolean {
    return change.do !== 'add-fileset' || this.#disk.stat(this.#at(change.id)) !== undefined
  }

  async #rewriteIndex(changes: readonly IndexChange[]): Promise<void> {
    if (changes.length === 0) return
    const text = this.#indexText()
    const index = this.#parsed(text)
    for (const change of changes) index.apply(change)
    const next = index.format()
    if (next !== text) await this.#writeIndex(next)
  }

  #writeIndex(text: string): Promise<void> {
    const path = this.#at(scanLayout.index)
    return replaceFile(this.#disk, path, Buffer.from(text), this.#at(scanLayout.work), this.#guard)
  }

  /** Undoes what was done; if even that fails, the journal stays and the next writer finishes it. */
  async #backward(journal: Journal, original: string): Promise<void> {
    try {
      if (this.#indexText() !== original) {
        this.#guard()
        // Unlist what came before it moves away; what went away is listed again at the end.
        const index = this.readIndex()
        for (const change of journal.after) {
          if (change.do === 'add-fileset') index.apply({ do: 'remove-fileset', id: change.id })
        }
        await this.#writeIndex(index.format())
      }
      for (const { from, to, over } of journal.moves.toReversed()) {
        if (over || this.#disk.stat(this.#at(from)) || !this.#disk.stat(this.#at(to))) continue
        this.#guard()
        this.#disk.rename(this.#at(to), this.#at(from))
      }
      if (this.#indexText() !== original) await this.#writeIndex(original)
      this.#guard()
      await this.#disk.remove(this.#at(scanLayout.journal))
      this.#unfinished = false
    } catch {
      // Whatever it is: the error that made us undo is the one to tell; the journal is still there.
    }
  }

  /** All is done; if this fails, the next change or writer does it, and whoever asked is told well. */
  async #clear(journal: Journal): Promise<void> {
    this.#unfinished = true
    try {
      // Before the journal, which alone knows of what nothing lists any more.
      for (const path of journal.trash) await this.#disk.remove(this.#at(path))
      this.#guard()
      await this.#disk.remove(this.#at(scanLayout.journal))
      this.#unfinished = false
    } catch {
      // Whatever it is: the journal is still there and is finished before the next change.
    }
  }

  /** @throws RomiError `store/journal-damaged` */
  checkJournal(): void {
    this.#readJournal()
  }

  #readJournal(): Journal | undefined {
    const path = this.#at(scanLayout.journal)
    return this.#disk.stat(path) && parseJournal(this.#disk.readText(path), path)
  }

  /** Finishes what a killed writer began. */
  async recover(): Promise<void> {
    const path = this.#at(scanLayout.journal)
    const journal = this.#readJournal()
    if (journal) {
      await this.#forward(journal)
      for (const trash of journal.trash) await this.#disk.remove(this.#at(trash))
    }
    this.#guard()
    await this.#disk.remove(path)
    this.#unfinished = false
  }
}
