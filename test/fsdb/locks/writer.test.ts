// One writer among others: what its file tells, what it is refused, and what it leaves when it goes.
import fs, {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import lockfile from 'proper-lockfile'
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { everything, folderOf, formatHolder, parseHolder } from '../../../src/fsdb/locks/holder.ts'
import { thisProcess } from '../../../src/fsdb/locks/owner.ts'
import type { Patience } from '../../../src/fsdb/locks/waiting.ts'
import { Writer } from '../../../src/fsdb/locks/writer.ts'
import { code } from '../../support/coded.ts'
import { scratchFolder } from '../../support/scratch.ts'
import { until } from '../../support/until.ts'

const work = scratchFolder('writer')
afterAll(() => rmSync(work, { recursive: true }))

let root: string
let there: Writer[]
beforeEach(() => {
  root = mkdtempSync(join(work, 'db-'))
  there = []
  return async () => {
    for (const writer of there) await writer.leave().catch(() => undefined)
  }
})
const at = (...names: string[]): string => join(root, ...names)
const holders = (): string => at('.romi', 'locks', 'holders')
async function comes(command = 'run', patience: Patience = {}): Promise<Writer> {
  const writer = await Writer.join(root, { command }, patience)
  there.push(writer)
  return writer
}
/** What the file of a writer tells others. */
const told = ({ holder: { uuid } }: Writer) =>
  parseHolder(readFileSync(join(holders(), uuid), 'utf8'))?.holder
const claims = (writer: Writer): unknown => told(writer)?.claims.map(({ of }) => of)
/** The file of a writer elsewhere, that holds something. */
function putHolder(over: object): string {
  const owner = { ...thisProcess({ command: 'other' }), folder: folderOf(root) }
  const holder = { ...owner, ticket: 1, claims: [], waits: [], ...over }
  mkdirSync(holders(), { recursive: true })
  writeFileSync(join(holders(), holder.uuid), formatHolder(holder, 1))
  return holder.uuid
}

describe('a writer', () => {
  test('goes from a full disk, too: what it leaves is found to be of the dead', async () => {
    const one = await comes()
    vi.spyOn(fs, 'writeFileSync').mockImplementation(() => {
      throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
    })
    onTestFinished(() => void vi.restoreAllMocks())
    await one.leave()
    expect(readdirSync(holders())).toEqual([])
  })

  test('tells who it is, and holds nothing when it comes', async () => {
    const one = await comes('first')
    expect(told(one)).toEqual({ ...one.holder, claims: [], waits: [], ticket: 1 })
    expect(told(one)).toMatchObject({ pid: process.pid, info: { command: 'first' } })
    expect(one.holds('a')).toBe(false)
    expect(existsSync(at('lock'))).toBe(true)
  })

  test('that comes later has a later ticket than all who are there', async () => {
    const [one, two] = [await comes(), await comes()]
    expect([told(one)?.ticket, told(two)?.ticket]).toEqual([1, 2])
    await one.leave()
    expect(told(await comes())?.ticket).toBe(3)
    putHolder({ ticket: 40 })
    expect(told(await comes())?.ticket).toBe(41)
  })

  test('is alone as long as there is no other, and knows those who live', async () => {
    const one = await comes()
    expect(one.isAlone()).toBe(true)
    const two = await comes()
    expect(one.isAlone()).toBe(false)
    expect(await one.living()).toEqual(new Set([one.holder.uuid, two.holder.uuid]))
    await two.leave()
    expect(one.isAlone()).toBe(true)
    expect(await one.living()).toEqual(new Set([one.holder.uuid]))
  })

  test('that goes lets others go on, and the last one leaves nothing behind', async () => {
    const [one, two] = [await comes(), await comes()]
    await one.leave()
    expect(existsSync(at('lock'))).toBe(true)
    expect(readdirSync(holders())).toEqual([two.holder.uuid])
    expect(() => two.assert()).not.toThrow()
    await two.leave()
    expect(existsSync(at('lock'))).toBe(false)
    expect(readdirSync(at('.romi', 'locks'))).toEqual([])
    // Once is enough.
    const three = await comes()
    await two.leave()
    expect(readdirSync(holders())).toEqual([three.holder.uuid])
  })

  test('that goes leaves what others put among the holders', async () => {
    const one = await comes()
    mkdirSync(join(holders(), 'mine'))
    await one.leave()
    expect(readdirSync(holders())).toEqual(['mine'])
    expect(existsSync(at('lock'))).toBe(false)
  })

  test('raises its counter as long as it is there', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const one = await comes()
    const counter = (): number =>
      Number(parseHolder(readFileSync(join(holders(), one.holder.uuid), 'utf8'))?.counter)
    const before = counter()
    await vi.advanceTimersByTimeAsync(5_100)
    expect(counter()).toBe(before + 1)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(counter()).toBe(before + 2)
    await one.leave()
  })

  test('whose file is gone is told so at the next raising, with why', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const one = await comes()
    const path = join(holders(), one.holder.uuid)
    rmSync(path)
    await vi.advanceTimersByTimeAsync(5_100)
    // Somebody puts it back: it is lost all the same.
    writeFileSync(path, '')
    expect(() => one.assert()).toThrow(
      expect.objectContaining({
        code: 'store/lock-lost',
        message: `${path} is gone, so that others may write in ${root}: nothing more is written; connect again`,
      }),
    )
    rmSync(path)
    await one.leave()
  })
})

describe('is kept out', () => {
  test('a writer, while version 0.1 writes, which is named', async () => {
    writeFileSync(at('lock'), JSON.stringify(thisProcess({ command: 'old' })))
    await expect(comes()).rejects.toMatchObject({
      code: 'store/locked',
      message: expect.stringMatching(
        `^${root} is held by process ${process.pid} .* \\(romi-run old\\): wait until it has ended$`,
      ) as unknown,
    })
    expect(existsSync(holders())).toBe(false)
  })

  test('a writer, by version 0.1 on a machine that cannot be seen, which is watched first', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    writeFileSync(at('lock'), JSON.stringify({ ...thisProcess({}), host: 'elsewhere' }))
    let told: unknown
    void comes().catch((error: unknown) => (told = error))
    await vi.advanceTimersByTimeAsync(5_900)
    expect(told).toBe(undefined)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(told).toMatchObject({
      code: 'store/locked',
      message: expect.stringContaining('on elsewhere since') as unknown,
    })
    expect((told as Error).message).toContain('it gave no sign of life for 6 seconds')
  })

  test('a writer, while another program does, however long it waits', async () => {
    writeFileSync(at('lock'), 'theirs')
    for (const wait of [true, false])
      await expect(comes('run', { wait })).rejects.toMatchObject({
        code: 'store/foreign-lock',
        facts: { path: at('lock') },
      })
    rmSync(at('lock'))
    mkdirSync(at('lock'))
    await expect(comes()).rejects.toMatchObject({
      code: 'store/foreign-lock',
      message: expect.stringContaining(`${at('lock')} is a folder`) as unknown,
    })
  })

  test('a writer, where the disk may not be written, which is told with what to do', async () => {
    vi.spyOn(fs, 'mkdirSync').mockImplementation(() => {
      throw Object.assign(new Error('by the test'), { code: 'EROFS' })
    })
    onTestFinished(() => void vi.restoreAllMocks())
    await expect(comes()).rejects.toMatchObject({
      code: 'store/read-only',
      message: expect.stringContaining(at('.romi', 'locks')) as unknown,
    })
  })

  test('a writer, until version 0.1 has ended, if it waits', async () => {
    writeFileSync(at('lock'), JSON.stringify(thisProcess({})))
    let isIn = false
    const coming = comes('run', { wait: true }).then(() => (isIn = true))
    await until(() => existsSync(at('.romi', 'locks')))
    expect(isIn).toBe(false)
    rmSync(at('lock'))
    await coming
  })
})

describe('a scan', () => {
  test('is held by who claims it, until that lets it go', async () => {
    const [one, two] = [await comes('first'), await comes()]
    await one.claim('a', {})
    expect([one.holds('a'), one.holds('b'), two.holds('a')]).toEqual([true, false, false])
    expect(told(one)?.claims).toEqual([{ of: 'a', since: expect.any(String) as unknown }])
    await expect(two.claim('a', {})).rejects.toMatchObject({
      code: 'store/locked',
      message: expect.stringContaining('the scan a is held by') as unknown,
      facts: { wanted: 'a', owner: { info: { command: 'first' } } },
    })
    expect(told(two)).toMatchObject({ claims: [], waits: [] })
    await two.claim('b', {})
    await one.letGo('a')
    expect([claims(one), one.holds('a')]).toEqual([[], false])
    await two.claim('a', {})
    expect(claims(two)).toEqual(['b', 'a'])
  })

  test('that is claimed twice is held once', async () => {
    const one = await comes()
    await one.claim('a', {})
    await one.claim('b', {})
    await one.claim('a', {})
    expect(claims(one)).toEqual(['b', 'a'])
    await one.letGo('a')
    expect(claims(one)).toEqual(['b'])
  })

  test('that is let go by who does not hold it is nobody else’s loss', async () => {
    const [one, two] = [await comes(), await comes()]
    await one.claim('a', {})
    // Nor is its file written anew.
    const file = (): number => statSync(join(holders(), two.holder.uuid)).ino
    const before = file()
    await two.letGo('a')
    expect(file()).toBe(before)
    expect(claims(one)).toEqual(['a'])
  })

  test('is held by who holds everything, and everything by nobody else', async () => {
    const [one, two] = [await comes(), await comes()]
    await one.claim(everything, {})
    expect([one.holds('a'), one.holds(everything)]).toEqual([true, true])
    await expect(two.claim('a', {})).rejects.toThrow(code('store/locked'))
    await one.letGo(everything)
    await two.claim('a', {})
    await expect(one.claim(everything, {})).rejects.toMatchObject({
      message: expect.stringContaining(`${root} is held by`) as unknown,
    })
  })

  test('that is waited for is so told, and goes to who waits when it is let go', async () => {
    const [one, two] = [await comes(), await comes()]
    await one.claim('a', {})
    const waiting = two.claim('a', { wait: true })
    await until(() => (told(two)?.waits.length ?? 0) > 0, 5)
    expect(told(two)?.waits).toEqual(['a'])
    await one.letGo('a')
    await waiting
    expect(told(two)).toMatchObject({ claims: [{ of: 'a' }], waits: [] })
  })

  test('that is waited for by an earlier one is refused to a later one, who is told so', async () => {
    const [one, two, three] = [await comes(), await comes('second'), await comes()]
    await one.claim('a', {})
    const waiting = two.claim(everything, { wait: true })
    await until(() => (told(two)?.waits.length ?? 0) > 0, 5)
    await expect(three.claim('b', {})).rejects.toMatchObject({
      message: expect.stringMatching('^the scan b is waited for by .*romi-run second') as unknown,
    })
    await one.letGo('a')
    await waiting
    expect(two.holds('b')).toBe(true)
  })

  test('is waited for beside others, each until it is had or waited for no more', async () => {
    const [one, two] = [await comes(), await comes()]
    for (const scan of ['a', 'b', 'c']) await one.claim(scan, {})
    const stop = new AbortController()
    const [a, b, c] = ['a', 'b', 'c'].map((scan) =>
      two.claim(scan, { wait: true, signal: scan === 'b' ? stop.signal : undefined }),
    )
    await until(() => told(two)?.waits.length === 3, 5)
    // However often it is tried meanwhile, each is told once.
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(told(two)?.waits.toSorted()).toEqual(['a', 'b', 'c'])
    await one.letGo('a')
    await a
    expect(told(two)?.waits.toSorted()).toEqual(['b', 'c'])
    stop.abort(new Error('enough'))
    await expect(b).rejects.toThrow('enough')
    expect(told(two)?.waits).toEqual(['c'])
    await one.letGo('c')
    await c
    expect(claims(two)).toEqual(['a', 'c'])
  })

  test('is waited for no more by who was told to stop', async () => {
    const [one, two] = [await comes(), await comes()]
    await one.claim('a', {})
    const stop = new AbortController()
    const waiting = two.claim('a', { wait: true, signal: stop.signal })
    await until(() => (told(two)?.waits.length ?? 0) > 0, 5)
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    expect(told(two)?.waits).toEqual([])
  })

  test.runIf(process.platform === 'linux')(
    'of one that died is free, and its death is told once',
    async () => {
      const one = await comes()
      putHolder({ started: '1', claims: [{ of: 'a', since: new Date().toISOString() }] })
      expect(one.foundDead()).toBe(false)
      await one.claim('a', {})
      expect([one.foundDead(), one.foundDead()]).toEqual([true, false])
      expect(readdirSync(holders())).toEqual([one.holder.uuid])
    },
  )
})

describe('a writer whose place is taken', () => {
  const ways: readonly (readonly [how: string, take: (one: Writer) => void, why: () => string])[] =
    [
      [
        'its file was removed',
        ({ holder }) => rmSync(join(holders(), holder.uuid)),
        () => `${holders()}/.* was removed`,
      ],
      [
        'another file lies there',
        ({ holder }) => {
          const path = join(holders(), holder.uuid)
          writeFileSync(`${path}-`, readFileSync(path))
          rmSync(path)
          writeFileSync(path, readFileSync(`${path}-`))
          rmSync(`${path}-`)
        },
        () => `${holders()}/.* was removed`,
      ],
      [
        'the lock was removed',
        () => rmSync(at('lock')),
        () => `${at('lock')} was taken or removed`,
      ],
      [
        'the lock is another’s',
        () => writeFileSync(at('lock'), 'theirs'),
        () => `${at('lock')} was taken or removed`,
      ],
    ]

  test.each(ways)('does nothing any more, and is told why: %s', async (_, take, why) => {
    const one = await comes()
    await one.claim('a', {})
    take(one)
    const lost = expect.objectContaining({
      code: 'store/lock-lost',
      message: expect.stringMatching(
        `^${why()}, so that others may write in ${root}: nothing more is written; connect again$`,
      ) as unknown,
      facts: { root },
    }) as unknown
    expect(() => one.assert()).toThrow(lost)
    expect(() => one.isAlone()).toThrow(lost)
    await expect(one.claim('b', {})).rejects.toThrow(lost)
    await expect(one.whileIndexed(() => expect.fail('not ours'))).rejects.toThrow(lost)
    // It stays so, even if all is put back.
    rmSync(at('lock'), { force: true })
    const other = await comes()
    expect(() => one.assert()).toThrow(lost)
    await one.leave()
    expect(existsSync(at('lock'))).toBe(true)
    await other.leave()
  })

  test.each([
    ['its file', ({ holder }: Writer) => join(holders(), holder.uuid)],
    ['the lock of the index', () => at('.romi', 'locks', 'index')],
  ])('in the very moment in which it claims a scan does not get it: %s', async (_, path) => {
    const one = await comes()
    const list = fs.readdirSync
    vi.spyOn(fs, 'readdirSync').mockImplementation(((folder: string) => {
      if (folder === holders()) rmSync(path(one), { force: true })
      return list(folder)
    }) as never)
    onTestFinished(() => void vi.restoreAllMocks())
    await expect(one.claim('a', {})).rejects.toThrow(code('store/lock-lost'))
    expect(one.holds('a')).toBe(false)
  })

  test('lets go of scans without a word: they are free already', async () => {
    const one = await comes()
    await one.claim('a', {})
    rmSync(join(holders(), one.holder.uuid))
    await one.letGo('a')
    expect(readdirSync(holders())).toEqual([])
  })
})

describe('a writer that goes', () => {
  const answers = (answer: string) => (): never => {
    throw Object.assign(new Error('by the test'), { code: answer })
  }

  test.each(['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR'])(
    'leaves the folder of the holders where it cannot be removed: %s',
    async (answer) => {
      const one = await comes()
      vi.spyOn(fs, 'rmdirSync').mockImplementation(answers(answer))
      onTestFinished(() => void vi.restoreAllMocks())
      await one.leave()
      expect(readdirSync(holders())).toEqual([])
      expect(existsSync(at('lock'))).toBe(false)
    },
  )

  test('tells what else the disk answers', async () => {
    const one = await comes()
    vi.spyOn(fs, 'rmdirSync').mockImplementation(answers('EIO'))
    onTestFinished(() => void vi.restoreAllMocks())
    await expect(one.leave()).rejects.toThrow(code('EIO'))
    rmSync(at('lock'))
  })

  test.each([
    ['ERELEASED', true],
    ['ENOTACQUIRED', true],
    ['EIO', false],
  ])('whose counter is not raised any more (%s) goes on to leave: %s', async (answer, leaves) => {
    const lock = lockfile.lock.bind(lockfile)
    vi.spyOn(lockfile, 'lock').mockImplementation(async (path, options) => {
      const stop = await lock(path, options)
      return async () => {
        await stop()
        answers(answer)()
      }
    })
    onTestFinished(() => void vi.restoreAllMocks())
    const one = await comes()
    const leaving = one.leave()
    if (leaves) await leaving
    else await expect(leaving).rejects.toThrow(code(answer))
    expect(existsSync(at('lock'))).toBe(!leaves)
    rmSync(at('lock'), { force: true })
  })
})

describe('a process that ends, and cannot wait for anything,', () => {
  /** A writer, and what is called when its process ends. */
  async function ending(): Promise<{ readonly writer: Writer; readonly end: () => void }> {
    const locking = vi.spyOn(lockfile, 'lock')
    onTestFinished(() => void vi.restoreAllMocks())
    const writer = await comes()
    // Safe: it is what the heartbeat gives.
    const its = locking.mock.lastCall?.[1]?.fs as { readonly rmdirSync: (path: string) => void }
    return { writer, end: () => its.rmdirSync(join(holders(), writer.holder.uuid)) }
  }
  /** Somebody has the lock of the index. */
  function putIndex(): void {
    const owner = { ...thisProcess({}), folder: folderOf(root) }
    writeFileSync(at('.romi', 'locks', 'index'), JSON.stringify(owner))
  }

  test('leaves as if it had time: nothing is left, and once is enough', async () => {
    const { writer, end } = await ending()
    end()
    expect(existsSync(at('lock'))).toBe(false)
    expect(readdirSync(at('.romi', 'locks'))).toEqual([])
    const next = await comes()
    end()
    await writer.leave()
    expect(readdirSync(holders())).toEqual([next.holder.uuid])
  })

  test('leaves the database to those who are still there', async () => {
    const { end } = await ending()
    const other = await comes()
    end()
    expect(readdirSync(holders())).toEqual([other.holder.uuid])
    expect(existsSync(at('lock'))).toBe(true)
    expect(readdirSync(at('.romi', 'locks'))).not.toContain('index')
    await other.claim(everything, {})
  })

  test('while it has the lock of the index gives that back, too', async () => {
    const { writer, end } = await ending()
    await writer.whileIndexed(async () => end())
    expect(readdirSync(at('.romi', 'locks'))).toEqual([])
    expect(existsSync(at('lock'))).toBe(false)
  })

  test('waits half a second for the lock of the index, and leaves the rest to the next one', async () => {
    const { writer, end } = await ending()
    putIndex()
    const waits = vi.spyOn(Atomics, 'wait').mockReturnValue('timed-out')
    end()
    expect(waits.mock.calls.map(([, , , ms]) => ms)).toEqual(Array(100).fill(5))
    expect(readdirSync(holders())).not.toContain(writer.holder.uuid)
    expect(existsSync(at('lock'))).toBe(true)
    rmSync(at('.romi', 'locks', 'index'))
    await (await comes()).leave()
    expect(existsSync(at('lock'))).toBe(false)
  })

  test('leaves as soon as the lock of the index is free', async () => {
    const { end } = await ending()
    putIndex()
    const waits = vi.spyOn(Atomics, 'wait').mockImplementation(() => {
      if (waits.mock.calls.length === 3) rmSync(at('.romi', 'locks', 'index'))
      return 'timed-out'
    })
    end()
    expect(waits).toHaveBeenCalledTimes(3)
    expect(existsSync(at('lock'))).toBe(false)
  })
})

describe('what is done under the lock of the index', () => {
  test('is told what came of it, and meets nothing that others do there', async () => {
    const [one, two] = [await comes(), await comes()]
    const order: string[] = []
    const slow = one.whileIndexed(async () => {
      order.push('one')
      expect(readdirSync(at('.romi', 'locks'))).toContain('index')
      await new Promise((resolve) => setTimeout(resolve, 30))
      order.push('one ends')
      return 7
    })
    const next = two.whileIndexed(() => Promise.resolve(order.push('two')))
    expect(await slow).toBe(7)
    await next
    expect(order).toEqual(['one', 'one ends', 'two'])
  })
})

test('a lock of the index that nobody gives back keeps a writer from coming for a moment only', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  mkdirSync(at('.romi', 'locks'), { recursive: true })
  const owner = { ...thisProcess({ command: 'other' }), uuid: randomUUID() }
  writeFileSync(at('.romi', 'locks', 'index'), JSON.stringify({ ...owner, folder: folderOf(root) }))
  const coming = comes().catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(7_000)
  expect(await coming).toMatchObject({
    code: 'store/locked',
    message: expect.stringMatching(/ is held by process .*: wait until it has ended$/) as unknown,
  })
})
