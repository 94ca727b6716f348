// When another thread is started: it is not for little work, and soon for much.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ThreadStarts } from '../../src/run/executors/thread-starts.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

interface Around {
  readonly most?: number
  readonly there?: number
  readonly start?: number
}

/** A door, and who passed it. The first thread took `start` ms, if it has begun. */
function door({ most = 9, there = 1, start }: Around) {
  const of = { there }
  const starts = new ThreadStarts(most, () => of.there)
  const passed: string[] = []
  const enter = (name: string, signal = new AbortController().signal, draft = 'masks'): void => {
    void starts.enter(draft, signal).then(() => passed.push(name))
  }
  enter('first')
  if (start !== undefined) starts.begun(start)
  const after = async (ms: number): Promise<string> => {
    await vi.advanceTimersByTimeAsync(ms)
    return passed.join(' ')
  }
  return { of, starts, enter, after }
}

test('the first job starts the first thread, and others that fill its draft wait until that has begun', async () => {
  const { starts, enter, after } = door({})
  enter('second')
  expect(await after(10_000)).toBe('first')
  starts.begun(50)
  expect(await after(299)).toBe('first')
  expect(await after(1)).toBe('first second')
})

test('a job that fills another draft starts a thread at once', async () => {
  const { starts, enter, after } = door({ start: 50 })
  const { signal } = new AbortController()
  enter('second')
  enter('other', signal, 'voxels')
  enter('more', signal, 'voxels')
  expect(await after(0)).toBe('first other')
  starts.leave('voxels')
  expect(await after(0)).toBe('first other more')
  starts.leave('voxels')
  expect(await after(0)).toBe('first other more second')
})

test('who waits takes the thread that is free first', async () => {
  const { starts, enter, after } = door({ start: 50 })
  enter('second')
  enter('third')
  starts.leave('masks')
  expect(await after(0)).toBe('first second')
  expect(await after(299)).toBe('first second')
})

test('a thread that is there and free is taken at once', async () => {
  const { of, enter, after } = door({ start: 50, there: 3 })
  enter('second')
  enter('third')
  enter('fourth')
  expect(await after(0)).toBe('first second third')
  of.there = 2 // those that rest too long end
  expect(await after(299)).toBe('first second third')
})

test('many that wait get their threads sooner, one after the other', async () => {
  const { enter, after } = door({ start: 50 })
  for (const name of ['a', 'b', 'c']) enter(name)
  expect(await after(99)).toBe('first')
  expect(await after(1)).toBe('first a')
  expect(await after(149)).toBe('first a')
  expect(await after(1)).toBe('first a b')
  expect(await after(300)).toBe('first a b c')
})

test('short jobs that follow one another start a thread, too, once all have waited long enough', async () => {
  const { of, starts, enter, after } = door({ start: 50 })
  for (let i = 0; i < 30; i++) enter(String(i))
  let jobs = 1
  // each takes 1 ms, so that none waits long by itself
  for (let ms = 0; ms < 30 && of.there === 1; ms++) {
    starts.leave('masks')
    jobs++
    const passed = (await after(1)).split(' ').length
    if (passed > jobs) of.there = 2
  }
  expect(of.there).toBe(2)
  expect(jobs).toBeLessThan(15)
})

test('a job that is stopped waits no more, nor does one that comes stopped', async () => {
  const { enter, after } = door({ start: 50 })
  const stop = new AbortController()
  enter('second', stop.signal)
  enter('third')
  stop.abort()
  expect(await after(0)).toBe('first second')
  enter('fourth', stop.signal)
  expect(await after(0)).toBe('first second fourth')
  expect(await after(300)).toBe('first second fourth third')
})

test('there are never more behind the door than threads, whatever they fill', async () => {
  const { of, starts, enter, after } = door({ most: 2, start: 50 })
  const { signal } = new AbortController()
  for (const draft of ['voxels', 'clouds', 'meshes']) enter(draft, signal, draft)
  enter('second')
  of.there = 2
  expect(await after(10_000)).toBe('first voxels')
  starts.leave('masks')
  expect(await after(10_000)).toBe('first voxels second')
  starts.leave('voxels')
  starts.leave('masks')
  expect(await after(10_000)).toBe('first voxels second clouds meshes')
})

test('one that is stopped takes nobody’s room', async () => {
  const { of, starts, enter, after } = door({ most: 1, start: 50 })
  const stop = new AbortController()
  enter('second', stop.signal)
  enter('third')
  of.there = 1
  stop.abort()
  expect(await after(0)).toBe('first second')
  starts.leave('masks')
  expect(await after(10_000)).toBe('first second')
  starts.leave('masks')
  expect(await after(0)).toBe('first second third')
})

test('when the door is closed, nobody waits', async () => {
  const { starts, enter, after } = door({})
  enter('second')
  enter('third')
  starts.close()
  expect(await after(0)).toBe('first second third')
})
