// A disk that fails, or stops as if the process had died, at the n-th change.
import { readFileSync, writeFileSync } from 'node:fs'
import { realDisk, type Disk } from '../../src/base/system.ts'

/** What happens at the n-th change. */
export type Fault =
  /** Nothing is done and it throws. */
  | 'fails'
  /** Half the bytes are written and it throws; like `fails` where no bytes are written. */
  | 'tears'
  /** It is done and throws all the same. */
  | 'fails after'
  /** Nothing is done, now or ever after: as after a kill. */
  | 'stops'
  /** Half the bytes are written, and nothing ever after. */
  | 'stops torn'

/** What a process that died would never see. */
export class Stopped extends Error {}

/** A disk without fsync (memory is as good for these tests) and with a fault. */
export class FaultyDisk {
  /** Changes so far. */
  count = 0
  #at = Infinity
  #fault: Fault = 'fails'
  #code = 'ENOSPC'
  #isStopped = false

  /** Sets the fault at the n-th change from now, n ≥ 1. */
  arm(n: number, fault: Fault, code = 'ENOSPC'): void {
    this.#at = this.count + n
    this.#fault = fault
    this.#code = code
  }

  disarm(): void {
    this.#at = Infinity
  }

  /** Whether the fault came. */
  get isSprung(): boolean {
    return this.count >= this.#at
  }

  #error(): Error {
    return Object.assign(new Error(`${this.#code}: by the test`), { code: this.#code })
  }

  #change(work: () => void, torn: () => void = () => undefined): void {
    if (this.#isStopped) throw new Stopped()
    this.count++
    if (this.count !== this.#at) {
      work()
      return
    }
    if (this.#fault === 'fails after') work()
    if (this.#fault.endsWith('torn') || this.#fault === 'tears') torn()
    this.#isStopped = this.#fault.startsWith('stops')
    throw this.#isStopped ? new Stopped() : this.#error()
  }

  #write = async (path: string, bytes: Uint8Array): Promise<void> => {
    const write = (part: Uint8Array) => writeFileSync(path, part, { flag: 'wx' })
    this.#change(
      () => write(bytes),
      () => write(bytes.subarray(0, bytes.length / 2)),
    )
  }

  readonly disk: Disk = {
    ...realDisk,
    create: this.#write,
    createLoose: this.#write,
    append: (path, text) =>
      this.#change(
        () => realDisk.append(path, text),
        () => realDisk.append(path, text.slice(0, text.length / 2)),
      ),
    copy: async (from, to) => this.#write(to, readFileSync(from)),
    sync: async () => this.#change(() => undefined),
    rename: (from, to) => this.#change(() => realDisk.rename(from, to)),
    makeFolder: (path) => this.#change(() => realDisk.makeFolder(path)),
    remove: async (path) => {
      let done: Promise<void> | undefined
      try {
        this.#change(() => (done = realDisk.remove(path)))
      } finally {
        await done
      }
    },
  }
}
