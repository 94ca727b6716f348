// The heartbeat of a writer: when its counter is raised, and what it is told when its file is gone.
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { beat, type Beating } from '../../../src/fsdb/locks/heartbeat.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

let turn = 0
/** A writer on no disk: what its heartbeat asked of it. */
function writer(over: Partial<Beating> = {}) {
  const its = { state: 'to be made' as ReturnType<Beating['state']>, raised: 0 }
  const lost: Error[] = []
  const beating: Beating = {
    path: join('/nowhere', `writer-${turn++}`),
    register() {
      its.state = 'there'
      return true
    },
    state: () => its.state,
    raise: () => void its.raised++,
    onLost: (error) => void lost.push(error),
    leaveAtExit: () => undefined,
    ...over,
  }
  return { its, lost, beating }
}

test('the counter is raised every five seconds, until the writer leaves', async () => {
  const { its, lost, beating } = writer()
  const stop = await beat(beating)
  its.raised = 0
  await vi.advanceTimersByTimeAsync(4_900)
  expect(its.raised).toBe(0)
  await vi.advanceTimersByTimeAsync(200)
  expect(its.raised).toBe(1)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(its.raised).toBe(13)
  await stop()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(its.raised).toBe(13)
  expect(lost).toEqual([])
})

describe('a writer', () => {
  test('that finds others in the way is told so, and its counter is not raised', async () => {
    const { its, beating } = writer({ register: () => false })
    await expect(beat(beating)).rejects.toMatchObject({ code: 'ELOCKED' })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(its.raised).toBe(0)
  })

  test('that cannot register is told why', async () => {
    const denied = Object.assign(new Error('denied'), { code: 'EACCES' })
    const { beating } = writer({
      register: () => {
        throw denied
      },
    })
    await expect(beat(beating)).rejects.toBe(denied)
  })

  test('whose file is gone is told by the next time, once, and does not raise its counter any more', async () => {
    const { its, lost, beating } = writer()
    await beat(beating)
    its.raised = 0
    await vi.advanceTimersByTimeAsync(5_100)
    its.state = 'gone'
    await vi.advanceTimersByTimeAsync(5_000)
    expect(lost).toMatchObject([{ message: 'gone', code: 'ECOMPROMISED' }])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(its.raised).toBe(1)
    expect(lost).toHaveLength(1)
  })

  test('that was stopped for longer than it takes to be thought dead goes on if its file is there', async () => {
    const { its, lost, beating } = writer()
    const stop = await beat(beating)
    its.raised = 0
    vi.setSystemTime(Date.now() + 3_600_000)
    await vi.advanceTimersByTimeAsync(5_100)
    await vi.advanceTimersByTimeAsync(5_100)
    expect(its.raised).toBe(2)
    expect(lost).toEqual([])
    await stop()
  })
})
