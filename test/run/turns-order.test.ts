// The order in which scans are taken, and what becomes of those that cannot be: on a database that is none.
import { describe, expect, test } from 'vitest'
import { RomiError } from '../../src/base/errors.ts'
import type { FSDB } from '../../src/fsdb/fsdb.ts'
import { inTurns, type Turns } from '../../src/run/turns.ts'

const locked = new RomiError('store/locked', 'another has it')
const damaged = new RomiError('store/bad-id', 'it is damaged')

/** Turns of three scans; what happens is told in order. */
function turnsOf(
  more: Partial<Turns> & {
    /** What taking a scan ends with; with `waits` in its place, waiting for it. */
    readonly take?: (scan: string, wait: boolean) => void
  } = {},
) {
  const log: string[] = []
  const { take = () => undefined, ...others } = more
  const db = {
    async takeScan(scan: string, { wait, signal }: { wait: boolean; signal: AbortSignal }) {
      log.push(`${wait ? 'wait for' : 'take'} ${scan}${signal.aborted ? ', late' : ''}`)
      take(scan, wait)
    },
    letGoOfScan: async (scan: string) => void log.push(`let go of ${scan}`),
    // Safe: nothing else of a database is asked for.
  } as unknown as FSDB
  const turns: Turns = {
    db,
    scans: ['a', 'b', 'c'],
    atATime: 1,
    wait: true,
    cancel: new AbortController().signal,
    isDone: () => Promise.resolve(false),
    work: async (scan) => void log.push(`work on ${scan}`),
    held: (scan, error) => log.push(`${scan} is held: ${error.message}`),
    broken: (scan, error) => log.push(`${scan} is broken: ${error.message}`),
    ...others,
  }
  return { log, end: inTurns(turns) }
}
const whole = (scan: string, take = 'take') => [
  `${take} ${scan}`,
  `work on ${scan}`,
  `let go of ${scan}`,
]

describe('each scan', () => {
  test('is taken, worked on and let go, one after the other', async () => {
    const { log, end } = turnsOf()
    await end
    expect(log).toEqual([...whole('a'), ...whole('b'), ...whole('c')])
  })

  test('that needs nothing is not taken', async () => {
    const { log, end } = turnsOf({ isDone: (scan) => Promise.resolve(scan !== 'b') })
    await end
    expect(log).toEqual(whole('b'))
  })

  test('that another writer holds comes last, and is waited for', async () => {
    const take = (scan: string, wait: boolean) => {
      if (scan === 'a' && !wait) throw locked
    }
    const { log, end } = turnsOf({ take })
    await end
    const held = ['take a', 'a is held: another has it']
    expect(log).toEqual([...held, ...whole('b'), ...whole('c'), ...whole('a', 'wait for')])
    const without = turnsOf({ take, wait: false })
    await without.end
    expect(without.log).toEqual([...held, ...whole('b'), ...whole('c')])
  })

  test('that cannot be taken for another reason is told, and the others go on', async () => {
    const { log, end } = turnsOf({
      take(scan) {
        if (scan === 'a') throw damaged
      },
    })
    await end
    expect(log).toEqual(['take a', 'a is broken: it is damaged', ...whole('b'), ...whole('c')])
  })

  test('is let go though the work on it failed, which ends all', async () => {
    const work = () => Promise.reject(new Error('a bug of ours'))
    const { log, end } = turnsOf({ work })
    await expect(end).rejects.toThrow('a bug of ours')
    expect(log).toEqual(['take a', 'let go of a'])
  })
})

describe('a bug', () => {
  test('is thrown, and not told of as a scan that is damaged', async () => {
    const { log, end } = turnsOf({
      take() {
        throw new TypeError('a bug of ours')
      },
    })
    await expect(end).rejects.toThrow('a bug of ours')
    expect(log).toEqual(['take a'])
  })
})

describe('once the run is to end', () => {
  test('no scan is taken any more', async () => {
    const cancel = new AbortController()
    const { log, end } = turnsOf({
      cancel: cancel.signal,
      work: async () => cancel.abort(),
    })
    await end
    expect(log).toEqual(['take a', 'let go of a'])
  })

  test('no scan is taken that was only looked at by then', async () => {
    const cancel = new AbortController()
    const isDone = async () => (cancel.abort(), false)
    const { log, end } = turnsOf({ cancel: cancel.signal, isDone })
    await end
    expect(log).toEqual([])
  })

  test('waiting ends, and is no trouble of the scan', async () => {
    const cancel = new AbortController()
    const { log, end } = turnsOf({
      cancel: cancel.signal,
      take(scan, wait) {
        if (!wait && scan === 'a') throw locked
        if (!wait) return
        cancel.abort()
        throw new DOMException('aborted', 'AbortError')
      },
    })
    await end
    expect(log.slice(-1)).toEqual(['wait for a'])
  })
})
