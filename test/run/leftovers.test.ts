// What a killed run leaves: its programs end, and its scratch folders go, but nothing of a run that lives.
import { readFileSync, rmSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import type { FSDB } from '../../src/fsdb/fsdb.ts'
import type { RunId } from '../../src/fsdb/ids.ts'
import { newRunId } from '../../src/fsdb/own-names.ts'
import type { OuterScratch } from '../../src/fsdb/scratch.ts'
import { exec } from '../../src/run/exec.ts'
import { endPrograms, markOf, removeLeftovers } from '../../src/run/leftovers.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('leftovers')
afterAll(() => rmSync(work, { recursive: true }))

/** Starts a program of a run. @returns how it ends: killed, or not as long as the test waits */
async function program(run: string, script = 'sleep 60') {
  const stop = new AbortController()
  let pid = 0
  const end = exec(
    'sh',
    ['-c', `${script}; exit 0`],
    {},
    {
      run,
      scratch: work,
      programs: [],
      signal: stop.signal,
      onLine: () => undefined,
      onProgram: (of) => (pid = of),
    },
  ).then(
    () => 'done',
    (error: Error) => (stop.signal.aborted ? 'stopped' : error.message),
  )
  // Before it has become the shell it has our own environment.
  for (let i = 0; i < 500 && !isMarked(pid, run); i++) await wait(2)
  return { end, stop: () => (stop.abort(), end) }
}

const isMarked = (pid: number, run: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`ROMI_RUN=${run}\0`)
  } catch {
    return false
  }
}

describe('the programs of a run', () => {
  test('end at once, with those that they started and that left their group', async () => {
    const [one, other] = [await program('db:lock:one'), await program('db:lock:one-more')]
    endPrograms(['db:lock:none', 'db:lock:one'])
    expect(await one.end).toContain('SIGKILL')
    expect(await Promise.race([other.end, wait(50).then(() => 'lives')])).toBe('lives')
    expect(await other.stop()).toBe('stopped')
  })

  test('are not there where no run is named', () => {
    expect(() => endPrograms([])).not.toThrow()
  })
})

/** A database of runs that did not end, by the locks that they worked under. */
function left(
  locks: readonly (string | undefined)[],
  {
    living = [] as readonly string[],
    ended = 0,
    outer = [] as readonly number[],
    fails = false,
  } = {},
) {
  const runs = locks.map((_, i) => newRunId(new Date(i)))
  const log: string[] = []
  const nth = (run: RunId): string => `run${runs.indexOf(run)}`
  const db = {
    place: () => ({ path: '/db', device: 1, inode: 2 }),
    livingWriters: async () => {
      log.push('who lives?')
      return new Set(living)
    },
    runs: {
      ids: () => runs,
      unended: () => runs.slice(ended),
      read: (run: RunId) => JSON.stringify({ lock: locks[runs.indexOf(run)] }),
      end: async (run: RunId) => {
        log.push(`end ${nth(run)}`)
        if (fails) throw new Error('EBUSY')
      },
    },
    // Safe: nothing else of a database is asked for.
  } as unknown as FSDB
  const scratch = {
    runs: () => [...outer.map((i) => runs[i]), newRunId(new Date(99))],
    remove: async (run: RunId) => void log.push(`remove ${nth(run)}`),
    // Safe: nothing else of it is asked for.
  } as unknown as OuterScratch
  return { db, log, runs, clear: () => removeLeftovers(db, outer.length > 0 ? scratch : undefined) }
}

describe('what runs left', () => {
  test('is not looked for where all of them ended', async () => {
    const { log, clear } = left(['a'], { ended: 1 })
    await clear()
    expect(log).toEqual([])
  })

  test('is removed of those whose writer is there no more', async () => {
    const { log, clear } = left(['a', 'b', 'c'], { living: ['b'] })
    await clear()
    expect(log).toEqual(['who lives?', 'end run0', 'end run2'])
  })

  test('stays where all writers live', async () => {
    const { log, clear } = left(['a', 'b'], { living: ['a', 'b'] })
    await clear()
    expect(log).toEqual(['who lives?'])
  })

  test('of a run that tells no lock is removed where there is nobody else that may be its writer', async () => {
    const alone = left([undefined], { living: ['ours'] })
    await alone.clear()
    expect(alone.log).toEqual(['who lives?', 'end run0'])
    const among = left([undefined], { living: ['ours', 'another'] })
    await among.clear()
    expect(among.log).toEqual(['who lives?'])
  })

  test('on another disk is removed first, of runs of this database alone, ended or not', async () => {
    const { log, clear } = left(['a', 'b'], { ended: 1, outer: [0, 1] })
    await clear()
    expect(log).toEqual(['who lives?', 'remove run1', 'end run1', 'remove run0', 'end run0'])
  })

  test('and cannot be removed is left to the next run', async () => {
    const { log, clear } = left(['a', 'b'], { fails: true })
    await clear()
    expect(log).toEqual(['who lives?', 'end run0', 'end run1'])
  })

  test('of programs is ended: of the dead ones, by place, lock and run', async () => {
    const { db, clear, runs } = left(['a', 'b'], { living: ['b'] })
    const [dead, alive] = [
      await program(markOf(db, 'a', runs[0])),
      await program(markOf(db, 'b', runs[1])),
    ]
    await clear()
    expect(await dead.end).toContain('SIGKILL')
    expect(await Promise.race([alive.end, wait(50).then(() => 'lives')])).toBe('lives')
    await alive.stop()
  })
})

test('a mark tells the run, its lock, and which folder its database is', () => {
  const markAt = (path: string, device: number, inode: number) =>
    // Safe: nothing else of a database is asked for.
    markOf({ place: () => ({ path, device, inode }) } as unknown as FSDB, 'lock', 'run' as RunId)
  expect(markAt('/db', 1, 2)).toMatch(/^[0-9a-f]{32}:lock:run$/)
  const all = [markAt('/db', 1, 2), markAt('/copy', 1, 2), markAt('/db', 3, 2), markAt('/db', 1, 3)]
  expect(new Set(all).size).toBe(4)
})
