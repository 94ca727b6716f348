// A writer's turns at the lock of the index: that each is ended, and who is named when there is none.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { folderOf } from '../../../src/fsdb/locks/holder.ts'
import { IndexLock } from '../../../src/fsdb/locks/index-lock.ts'
import { IndexTurn, untilDoneWithSightings } from '../../../src/fsdb/locks/index-turn.ts'
import { Lives } from '../../../src/fsdb/locks/life.ts'
import { thisProcess } from '../../../src/fsdb/locks/owner.ts'
import { Sightings } from '../../../src/fsdb/locks/sightings.ts'
import type { Attempt } from '../../../src/fsdb/locks/waiting.ts'
import { scratchFolder } from '../../support/scratch.ts'

const work = scratchFolder('index-turn')
afterAll(() => rmSync(work, { recursive: true }))

let root: string
let locks: string
let sightings: Sightings
let lock: IndexLock
let other: IndexLock
let turn: IndexTurn
beforeEach(() => {
  root = mkdtempSync(join(work, 'db-'))
  locks = join(root, '.romi', 'locks')
  mkdirSync(locks, { recursive: true })
  sightings = new Sightings(locks)
  const lives = new Lives(folderOf(root), sightings)
  const lockOf = () => new IndexLock(locks, thisProcess({ command: 'run' }), folderOf(root), lives)
  ;[lock, other] = [lockOf(), lockOf()]
  turn = new IndexTurn(root, lock, sightings)
})
const done: Attempt<string> = { is: 'done', value: 'done' }
const isFree = (): boolean => !readdirSync(locks).includes('index')
const failed = new Error('by the test')
const fails = (): never => {
  throw failed
}

describe('a turn', () => {
  test('has the lock as long as the work takes, which is told what came of it', async () => {
    expect(
      turn.attempt(() => {
        expect(lock.isOurs()).toBe(true)
        return done
      }),
    ).toEqual(done)
    expect(isFree()).toBe(true)
    const during = turn.during(async () => {
      await Promise.resolve()
      return lock.isOurs()
    })
    expect(await during).toBe(true)
    expect(isFree()).toBe(true)
  })

  test('ends though the work fails', async () => {
    expect(() => turn.attempt(fails)).toThrow(failed)
    expect(isFree()).toBe(true)
    await expect(turn.during(fails)).rejects.toThrow(failed)
    await expect(turn.during(() => Promise.reject(failed))).rejects.toThrow(failed)
    expect(isFree()).toBe(true)
  })

  test('is refused while another has the lock, who is named, and is worth a moment', () => {
    other.tryTake()
    const attempt = turn.attempt(() => expect.fail('it has no turn'))
    expect(attempt).toMatchObject({ is: 'held', life: 'silent' })
    if (attempt.is !== 'held') throw new Error('it was taken')
    expect(attempt.refusal()).toMatchObject({
      code: 'store/locked',
      message: expect.stringMatching(
        `^${root} is held by process ${process.pid} on .*: wait until it has ended$`,
      ) as unknown,
      facts: { owner: { info: { command: 'run' } } },
    })
    other.release()
  })

  test('is refused by one that does not tell who it is, and gave no sign of life', () => {
    writeFileSync(join(locks, 'index'), 'torn')
    const attempt = turn.attempt(() => expect.fail('it has no turn'))
    if (attempt.is !== 'held') throw new Error('it was taken')
    expect(attempt.refusal().message).toMatch(/ is held by another process: .* no sign of life/)
  })

  test('is one at a time, also of those that one writer asks for at once', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    let [now, most] = [0, 0]
    const long = async (): Promise<void> => {
      most = Math.max(most, ++now)
      await new Promise((resolve) => setTimeout(resolve, 300))
      now--
    }
    const all = Promise.all([turn.during(long), turn.during(long)])
    const meanwhile = turn.attempt(() => expect.fail('it has no turn'))
    if (meanwhile.is !== 'held') throw new Error('it was taken')
    expect(meanwhile.refusal().message).toContain(' is held by another process: ')
    await vi.advanceTimersByTimeAsync(2_000)
    await all
    expect(most).toBe(1)
    expect(isFree()).toBe(true)
  })

  test('that is to be had waits for the one before, however long that takes', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    other.tryTake()
    let had: string | undefined
    const waiting = turn.during(() => (had = 'had'))
    await vi.advanceTimersByTimeAsync(20_000)
    expect(had).toBe(undefined)
    other.release()
    await vi.advanceTimersByTimeAsync(200)
    expect(await waiting).toBe('had')
    expect(isFree()).toBe(true)
  })
})

describe('what was seen of others', () => {
  const seen = (): string[] => readdirSync(locks).filter((name) => name.startsWith('seen-'))

  test.runIf(process.platform === 'linux')(
    'is kept when the attempts end, well or not',
    async () => {
      expect(await untilDoneWithSightings(sightings, () => Promise.resolve(done), {})).toBe('done')
      expect(seen()).toEqual([])
      sightings.look('somebody', '1')
      await expect(untilDoneWithSightings(sightings, fails, {})).rejects.toThrow(failed)
      expect(seen()).toHaveLength(1)
    },
  )
})
