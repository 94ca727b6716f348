// The heartbeat of a writer: proper-lockfile raises the counter in its file, and cleans up at exit.
import fs from 'node:fs'
import lockfile from 'proper-lockfile'
import { asError } from '../../base/errors.ts'
import { staleMs } from './sightings.ts'

/** How often the counter is raised. */
const raiseMs = 5_000

/** What the heartbeat asks of a writer. */
export interface Beating {
  /** The file of the writer. */
  readonly path: string
  /** Makes the file; false if others are in the way. */
  register(): boolean
  /** Whether the file is still to be made, is there, or was taken away. */
  state(): 'to be made' | 'there' | 'gone'
  raise(): void
  /** The file is gone. */
  onLost(error: Error): void
  /** The process ends, and nothing can be waited for. */
  leaveAtExit(): void
}

type Done<R extends unknown[] = []> = (error: Error | null, ...rest: R) => void

const codedError = (message: string, code: string): Error =>
  Object.assign(new Error(message), { code })

/**
 * Registers a writer and begins to raise its counter.
 *
 * @returns ends it
 * @throws what proper-lockfile throws: the code is `ELOCKED` if the writer could not register
 */
export function beat(writer: Beating): Promise<() => Promise<void>> {
  return lockfile.lock(writer.path, {
    lockfilePath: writer.path,
    realpath: false,
    stale: staleMs,
    update: raiseMs,
    fs: lockDisk(writer),
    onCompromised: (error) => writer.onLost(error),
  })
}

/** What proper-lockfile does to the disk, on a writer's own file. */
function lockDisk(writer: Beating) {
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
  return {
    ...fs,
    mkdir: (_: string, done: Done) =>
      call(() => {
        if (!writer.register()) throw codedError('locked', 'EEXIST')
      }, done),
    /** It tells of no clock: ours as long as our file is there, whoever touched it. */
    stat: (_: string, done: Done<[stat: { readonly mtime: Date }]>) => {
      const state = writer.state()
      if (state === 'gone') done(codedError('gone', 'ENOENT'), { mtime })
      else done(null, { mtime: state === 'there' ? mtime : new Date() })
    },
    utimes: (_: string, __: Date, next: Date, done: Done) => {
      mtime = next
      writer.raise()
      done(null)
    },
    rmdir: (_: string, done: Done) => call(() => undefined, done),
    rmdirSync: () => writer.leaveAtExit(),
  }
}
