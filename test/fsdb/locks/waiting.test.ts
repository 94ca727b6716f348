// Who waits for a lock, how long, and who is refused at once.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { RomiError } from '../../../src/base/errors.ts'
import { monotonicMs } from '../../../src/base/monotonic.ts'
import { untilDone, type Attempt, type Patience } from '../../../src/fsdb/locks/waiting.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})
const refused = new RomiError('store/locked', 'by the test')
const held = (life: 'alive' | 'silent'): Attempt<string> => ({
  is: 'held',
  life,
  refusal: () => refused,
})
const done: Attempt<string> = { is: 'done', value: 'ours' }

/** Attempts something that comes out so, the last one for ever; tells when each attempt was, in ms. */
async function attempted(outcomes: readonly Attempt<string>[], patience: Patience) {
  const begun = monotonicMs()
  const at: number[] = []
  let ended: string | undefined
  const attempt = () => {
    const outcome = outcomes[Math.min(at.length, outcomes.length - 1)]
    at.push(monotonicMs() - begun)
    return Promise.resolve(outcome)
  }
  const ending = untilDone(attempt, patience).then(
    (value) => (ended = value),
    (error: unknown) => (ended = error === refused ? 'refused' : String(error)),
  )
  await vi.advanceTimersByTimeAsync(20_000)
  // Those that still wait.
  if (ended === undefined) return { ended: 'waits', at }
  await ending
  return { ended, at }
}

describe('who does not wait', () => {
  test('gets at once what is free', async () => {
    expect(await attempted([done], {})).toEqual({ ended: 'ours', at: [0] })
  })

  test('is refused at once by one that lives', async () => {
    expect(await attempted([held('alive')], {})).toEqual({ ended: 'refused', at: [0] })
    expect(await attempted([held('alive')], { wait: false })).toMatchObject({ ended: 'refused' })
  })

  test('watches one that is silent for so long that it would have moved, and is refused then', async () => {
    const { ended, at } = await attempted([held('silent')], {})
    expect(ended).toBe('refused')
    expect(at.at(-1)).toBeGreaterThanOrEqual(6_150)
    expect(at.at(-1)).toBeLessThan(6_301)
    expect(at.at(-2)).toBeLessThan(6_150)
  })

  test('is refused as soon as one that was silent moves, and gets what becomes free', async () => {
    const moved = await attempted([held('silent'), held('silent'), held('alive')], {})
    expect([moved.ended, moved.at.length]).toEqual(['refused', 3])
    const freed = await attempted([held('silent'), held('silent'), done], {})
    expect([freed.ended, freed.at.length]).toEqual(['ours', 3])
  })
})

describe('who waits', () => {
  test.each(['alive', 'silent'] as const)('waits for one that is %s, for ever', async (life) => {
    const { ended, at } = await attempted([held(life)], { wait: true })
    expect(ended).toBe('waits')
    expect(at.at(-1)).toBeGreaterThan(19_000)
  })

  test('gets what becomes free', async () => {
    const { ended, at } = await attempted([held('alive'), held('alive'), done], { wait: true })
    expect([ended, at.length]).toEqual(['ours', 3])
  })

  test.each([
    ['least', 0, 20],
    ['most', 0.999_999, 150],
  ])('pauses at random between attempts: at %s', async (_, random, pause) => {
    vi.spyOn(Math, 'random').mockReturnValue(random)
    const { at } = await attempted([held('alive'), held('alive'), held('alive'), done], {
      wait: true,
    })
    const pauses = at.slice(1).map((time, i) => time - at[i])
    for (const each of pauses) expect(Math.abs(each - pause)).toBeLessThanOrEqual(1)
  })

  test('stops when it is told to, and attempts nothing if it was told before', async () => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Error('enough')), 1_000)
    const { ended, at } = await attempted([held('alive')], { wait: true, signal: stop.signal })
    expect(ended).toBe('Error: enough')
    expect(at.at(-1)).toBeLessThan(1_001)
    expect(await attempted([done], { signal: stop.signal })).toEqual({
      ended: 'Error: enough',
      at: [],
    })
  })
})
