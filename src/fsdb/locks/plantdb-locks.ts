// The locks of ROMI's newest plantdb, held for as long as a scan is ours.
//
// plantdb has a file for each scan, `.locks/<scan>.lock`, and holds it by flock(2) while it reads or
// writes there. Node has no flock(2). The program flock(1) takes it for a file that this process
// opened and hands down to it: the lock belongs to the open file, not to the program, so it is ours
// after the program ended, and goes with this process however that ends.
import { once } from 'node:events'
import fs from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { systemCode } from '../../base/errors.ts'
import { lookAt, removeFile } from './files.ts'
import { heldByPlantdb } from './refusals.ts'
import type { Attempt } from './waiting.ts'

/**
 * What plantdb knows of us:
 * - `absent`: it was never connected to this database
 * - `kept-out`: it waits while a scan is ours, and we wait for it
 * - `unaware`: this machine or this disk cannot lock files as it does, so it may write beside us
 */
export type PlantdbState = 'absent' | 'kept-out' | 'unaware'

const { O_CREAT, O_RDWR, O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants

/** What flock(1) answers when another has the lock. */
const conflict = 1

/** The files of plantdb's locks in one database. */
export class PlantdbLocks {
  readonly #folder: string
  readonly #held = new Map<string, number>()
  #canLock = true

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Whether plantdb was ever here: its first start makes the folder, which then stays. */
  get #isUsed(): boolean {
    return fs.lstatSync(this.#folder, { throwIfNoEntry: false })?.isDirectory() ?? false
  }

  get state(): PlantdbState {
    if (!this.#isUsed) return 'absent'
    return this.#canLock ? 'kept-out' : 'unaware'
  }

  /** One attempt to take the lock of a scan; where it cannot be taken at all, we do without. */
  async tryTake(scan: string): Promise<Attempt<void>> {
    const done = { is: 'done', value: undefined } as const
    if (this.#held.has(scan) || !this.#canLock || !this.#isUsed) return done
    const file = this.#open(scan)
    if (file === undefined) return done
    const answer = await flock(file)
    if (answer === 0 && this.#isInPlace(scan, file)) {
      this.#held.set(scan, file)
      this.#tell(scan)
      return done
    }
    fs.closeSync(file)
    if (answer === 0 || answer === conflict)
      return { is: 'held', life: 'silent', refusal: () => heldByPlantdb(scan, this.#teller(scan)) }
    this.#canLock = false
    return done
  }

  #open(scan: string): number | undefined {
    const path = this.#path(scan, 'lock')
    const flags = Number(O_NOFOLLOW) | Number(O_NONBLOCK)
    for (const how of [O_CREAT | O_RDWR, O_RDONLY]) {
      try {
        return fs.openSync(path, how | flags, 0o666)
      } catch (error) {
        if (systemCode(error) === undefined) throw error
      }
    }
    this.#canLock = false
    return undefined
  }

  /** plantdb removes the file when it lets go: who waited for it then has a lock on nothing. */
  #isInPlace(scan: string, file: number): boolean {
    const stat = fs.lstatSync(this.#path(scan, 'lock'), { throwIfNoEntry: false })
    return stat?.ino === fs.fstatSync(file).ino
  }

  /** Beside the lock, as plantdb does, for people who look there. */
  #tell(scan: string): void {
    const info = {
      scan_id: scan,
      lock_type: 'exclusive',
      user: `romi-run (${userName()})`,
      timestamp: Date.now() / 1000,
      pid: process.pid,
      thread_id: 0,
    }
    const path = this.#path(scan, 'info')
    try {
      removeFile(path)
      fs.writeFileSync(path, JSON.stringify(info, null, 2), { flag: 'wx' })
    } catch (error) {
      // Nobody depends on it.
      if (systemCode(error) === undefined) throw error
    }
  }

  /** What stands beside a lock that another holds. */
  #teller(scan: string): string {
    const lying = lookAt(this.#path(scan, 'info'))
    return lying.is === 'file' ? lying.text : ''
  }

  #path(scan: string, kind: 'lock' | 'info'): string {
    return join(this.#folder, `${scan}.${kind}`)
  }

  /** Lets a scan go. The file of the lock stays: whoever waits for it must not wait for another. */
  release(scan: string): void {
    const file = this.#held.get(scan)
    if (file === undefined) return
    this.#held.delete(scan)
    try {
      removeFile(this.#path(scan, 'info'))
    } catch (error) {
      if (systemCode(error) === undefined) throw error
    }
    fs.closeSync(file)
  }

  releaseAll(): void {
    for (const scan of Array.from(this.#held.keys())) this.release(scan)
  }
}

function userName(): string {
  try {
    return userInfo().username
  } catch (error) {
    // In containers, a user may have a number and no name.
    if (systemCode(error) === undefined) throw error
    return 'unknown'
  }
}

/** @returns what flock(1) answered; `undefined` where the machine does not have it */
async function flock(file: number): Promise<number | undefined> {
  const { spawn } = await import('node:child_process')
  const child = spawn('flock', ['-x', '-n', '3'], { stdio: ['ignore', 'ignore', 'ignore', file] })
  try {
    const [code] = (await once(child, 'exit')) as [number | null]
    return code ?? undefined
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    return undefined
  }
}
