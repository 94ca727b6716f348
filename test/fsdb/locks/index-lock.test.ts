// The lock of the index and the lock at the root, without writers around them.
import { randomUUID } from 'node:crypto'
import fs, {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { folderOf, formatHolder, type Holder } from '../../../src/fsdb/locks/holder.ts'
import { IndexLock } from '../../../src/fsdb/locks/index-lock.ts'
import { Lives } from '../../../src/fsdb/locks/life.ts'
import { OtherWriters } from '../../../src/fsdb/locks/other-writers.ts'
import { thisProcess } from '../../../src/fsdb/locks/owner.ts'
import { PlainLock, plainText } from '../../../src/fsdb/locks/plain-lock.ts'
import { Sightings } from '../../../src/fsdb/locks/sightings.ts'
import { oldOwner, writersOf } from '../../../src/fsdb/locks/writers.ts'
import { scratchFolder } from '../../support/scratch.ts'

const work = scratchFolder('index-lock')
afterAll(() => rmSync(work, { recursive: true }))

let root: string
let locks: string
let lives: Lives
beforeEach(() => {
  root = mkdtempSync(join(work, 'db-'))
  locks = join(root, '.romi', 'locks')
  mkdirSync(join(locks, 'holders'), { recursive: true })
  lives = new Lives(folderOf(root), new Sightings(locks))
})
const fixedUuid = '11111111-2222-4333-8444-555555555555'
const own = { ...thisProcess({}), uuid: randomUUID() }
const dead = (uuid = randomUUID()) => ({ ...own, started: '1', uuid })
const lockOf = () => new IndexLock(locks, own, folderOf(root), lives)
const path = (): string => join(locks, 'index')
const taken = (lock: IndexLock): string => lock.tryTake().is
const names = (): string[] => readdirSync(locks).sort()

describe('the lock of the index', () => {
  test('is refused by a full disk, and leaves nothing there', () => {
    const lock = lockOf()
    vi.spyOn(fs, 'writeFileSync').mockImplementationOnce((to) => {
      writeFileSync(to, '{"half')
      throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
    })
    expect(() => lock.tryTake()).toThrow(expect.objectContaining({ code: 'store/disk-full' }))
    expect(names()).toEqual(['holders'])
    expect(taken(lock)).toBe('ours')
  })

  test('is taken by one at a time, and leaves nothing when it is let go of', () => {
    const [first, second] = [lockOf(), lockOf()]
    expect(taken(first)).toBe('ours')
    expect([first.isHeld, first.isOurs(), second.isHeld, second.isOurs()]).toEqual([
      true,
      true,
      false,
      false,
    ])
    expect(second.tryTake()).toMatchObject({ is: 'held', by: { life: 'alive' } })
    expect(first.tryTake()).toEqual({ is: 'held', by: undefined })
    expect(names()).toEqual(['holders', 'index'])
    first.release()
    expect(names()).toEqual(['holders'])
    expect([first.isHeld, first.isOurs()]).toEqual([false, false])
    expect(taken(second)).toBe('ours')
    second.release()
  })

  test('tells who holds it, by a name of its own each time', () => {
    const lock = lockOf()
    const uuids = [1, 2].map(() => {
      lock.tryTake()
      const { uuid, ...record } = JSON.parse(readFileSync(path(), 'utf8')) as { uuid: string }
      const { uuid: _mine, ...mine } = own
      expect(record).toEqual({ ...mine, folder: folderOf(root) })
      lock.release()
      return uuid
    })
    expect(new Set([...uuids, own.uuid]).size).toBe(3)
  })

  test('is taken over from the dead, and the claim on that goes the next time', () => {
    const before = dead()
    writeFileSync(path(), JSON.stringify(before))
    const lock = lockOf()
    expect(taken(lock)).toBe('ours')
    expect(lock.isOurs()).toBe(true)
    lock.release()
    expect(taken(lock)).toBe('ours')
    expect(names()).toEqual(['holders', 'index'])
    lock.release()
  })

  test('is left to the one who succeeds the dead', () => {
    const before = dead()
    writeFileSync(path(), JSON.stringify(before))
    writeFileSync(join(locks, `next-${before.uuid}`), JSON.stringify(own))
    expect(lockOf().tryTake()).toMatchObject({ is: 'held', by: { id: before.uuid, life: 'dead' } })
  })

  test('that others took meanwhile is not ours, and is left to them', () => {
    const lock = lockOf()
    lock.tryTake()
    writeFileSync(path(), 'another’s')
    expect(lock.isOurs()).toBe(false)
    lock.release()
    expect(readFileSync(path(), 'utf8')).toBe('another’s')
  })

  test('is refused where something else lies, which is named', () => {
    mkdirSync(path())
    expect(() => lockOf().tryTake()).toThrow(
      expect.objectContaining({
        code: 'store/path-taken',
        message: `${path()} is a folder where romi-run keeps a file for a moment: move it away`,
        facts: { path: path() },
      }),
    )
    expect(names()).toEqual(['holders', 'index'])
  })

  test('sweeps records of the dead, but not of the living, nor what is a lock as well', () => {
    const [gone, alive, linked] = [randomUUID(), randomUUID(), randomUUID()]
    writeFileSync(join(locks, gone), JSON.stringify(dead()))
    writeFileSync(join(locks, alive), JSON.stringify(own))
    writeFileSync(join(locks, linked), JSON.stringify(dead()))
    linkSync(join(locks, linked), join(root, 'lock'))
    writeFileSync(join(locks, 'mine'), JSON.stringify(dead()))
    const lock = lockOf()
    lock.tryTake()
    expect(names()).toEqual(['holders', 'index', 'mine', alive, linked].sort())
    lock.release()
  })
})

describe('the lock at the root', () => {
  const lock = (): string => join(root, 'lock')
  const plain = () => new PlainLock(root, lock(), locks, lives)
  /** Takes it, under the lock of the index. */
  const take = () => {
    const index = lockOf()
    index.tryTake()
    try {
      return plain().take(index)
    } finally {
      index.release()
    }
  }

  test('is put where nothing lies, and is taken away again', () => {
    expect(plain().look()).toEqual({ is: 'absent' })
    expect(take()).toEqual({ is: 'ours', isWhole: true })
    expect(readFileSync(lock(), 'utf8')).toBe(plainText)
    expect(plain().isOurs()).toBe(true)
    expect(names()).toEqual(['holders', 'plain'])
    plain().remove()
    expect(plain().isOurs()).toBe(false)
    expect([existsSync(lock()), names()]).toEqual([false, ['holders']])
  })

  test.each([
    ['written in place', () => writeFileSync(lock(), plainText.replace('romi', 'imor'))],
    [
      'replaced by another',
      () => {
        writeFileSync(join(root, 'other'), plainText.replace('romi', 'imor'))
        renameSync(join(root, 'other'), lock())
      },
    ],
    ['removed', () => rmSync(lock())],
    ['made a link', () => (rmSync(lock()), symlinkSync(join(locks, 'plain'), lock()))],
  ] as const)(
    'is not ours any more once it is %s, at once and however long it stood',
    async (_, change) => {
      for (const pause of [0, 80]) {
        rmSync(lock(), { force: true })
        take()
        const held = plain()
        expect(held.isOurs()).toBe(true)
        await setTimeout(pause)
        // Once more as it stands: after a pause, it is not read from then on.
        expect([held.isOurs(), held.isOurs()]).toEqual([true, true])
        change()
        expect([held.isOurs(), held.isOurs()]).toEqual([false, false])
      }
    },
  )

  test('stays as it is where it is ours already', () => {
    take()
    const { ino } = statSync(lock())
    expect(take()).toEqual({ is: 'ours', isWhole: true })
    expect(statSync(lock()).ino).toBe(ino)
  })

  test('is made whole where a power cut tore it', () => {
    writeFileSync(lock(), plainText.slice(0, 8))
    expect(plain().look()).toEqual({ is: 'ours', isWhole: false })
    expect(plain().isOurs()).toBe(false)
    expect(take()).toEqual({ is: 'ours', isWhole: true })
  })

  test('says in words that no program of ROMI takes for a lock, whose it is', () => {
    expect(plainText).toBe(
      'romi-run writes in this database; the files in .romi/locks/holders tell who.\n' +
        'Leave this file where it is: the last of them removes it, and the next one if it was killed.\n',
    )
  })

  test('is known as ours by its place, however a power cut tore it', () => {
    writeFileSync(join(locks, 'plain'), '')
    linkSync(join(locks, 'plain'), lock())
    expect(plain().look()).toEqual({ is: 'ours', isWhole: false })
    expect(take()).toEqual({ is: 'ours', isWhole: true })
    rmSync(lock())
    writeFileSync(lock(), '')
    expect(plain().look().is).toBe('foreign')
    rmSync(join(locks, 'plain'))
    mkdirSync(join(locks, 'plain'))
    expect(plain().look().is).toBe('foreign')
  })

  test('is put anew from a text that is on the disk already, if that is whole', () => {
    take()
    rmSync(lock())
    const { ino } = statSync(join(locks, 'plain'))
    take()
    expect(statSync(join(locks, 'plain')).ino).toBe(ino)
    expect(statSync(lock()).ino).toBe(ino)
    rmSync(lock())
    rmSync(join(locks, 'plain'))
    writeFileSync(join(locks, 'plain'), 'torn')
    expect(take()).toEqual({ is: 'ours', isWhole: true })
    expect(readFileSync(lock(), 'utf8')).toBe(plainText)
  })

  test.each([
    ['one UUID', fixedUuid],
    ['two UUIDs and more', `${fixedUuid}-${fixedUuid}.tmp`],
    ['two UUIDs that are joined otherwise', `${fixedUuid}_${fixedUuid}`],
    ['one UUID and no other', `${fixedUuid}-${'x'.repeat(36)}`],
    ['no UUID and one', `${'x'.repeat(36)}-${fixedUuid}`],
  ])('of version 0.1, empty, is no file among the locks by the name of %s', (_, name) => {
    writeFileSync(lock(), '')
    linkSync(lock(), join(locks, name))
    expect(plain().look().is).toBe('foreign')
  })

  test('sweeps the claims on locks of version 0.1 once it is ours', () => {
    writeFileSync(join(locks, `after-${fixedUuid}`), JSON.stringify(own))
    take()
    expect(names()).toEqual(['holders', 'plain'])
  })

  test('of version 0.1 whose text is a beginning of its record is torn, whatever follows is not', () => {
    writeFileSync(lock(), '{"progra')
    expect(plain().look().is).toBe('old')
    writeFileSync(lock(), '{"progr')
    expect(plain().look().is).toBe('foreign')
    writeFileSync(lock(), '{"program":"romi-run","pid":7}')
    expect(plain().look().is).toBe('foreign')
  })

  test.each(['', 'romi-ru'])('with no more than %j in it is none of ours', (text) => {
    writeFileSync(lock(), text)
    expect(take()).toMatchObject({
      is: 'foreign',
      what: 'a file',
      mtimeMs: statSync(lock()).mtimeMs,
    })
    plain().remove()
    expect(readFileSync(lock(), 'utf8')).toBe(text)
  })

  test('of another program is left to that, and so is what is no file', () => {
    writeFileSync(lock(), 'pid 7')
    expect(take()).toMatchObject({ is: 'foreign', what: 'a file' })
    expect(readFileSync(lock(), 'utf8')).toBe('pid 7')
    rmSync(lock())
    mkdirSync(lock())
    expect(take()).toMatchObject({ is: 'foreign', what: 'a folder' })
  })

  test('of version 0.1 is left to its process, and taken over when that is dead', () => {
    writeFileSync(lock(), JSON.stringify(own))
    expect(take()).toMatchObject({ is: 'old', made: { id: own.uuid, life: 'alive' } })
    expect(oldOwner(root)?.uuid).toBe(own.uuid)
    writeFileSync(lock(), JSON.stringify(dead()))
    expect(oldOwner(root)).toBeUndefined()
    expect(take()).toEqual({ is: 'ours', isWhole: true })
    expect(names().filter((name) => name.startsWith('after-'))).toEqual([])
  })

  test('of version 0.1 is known by how its record begins, where a power cut tore it', () => {
    writeFileSync(lock(), JSON.stringify(own).slice(0, 40))
    expect(plain().look()).toMatchObject({ is: 'old', made: { life: 'silent' } })
    writeFileSync(lock(), '{"program":"another","pid":1')
    expect(plain().look().is).toBe('foreign')
  })

  test('of version 0.1, empty, is known by being a record among the locks', () => {
    writeFileSync(lock(), '')
    linkSync(lock(), join(locks, `${randomUUID()}-${randomUUID()}`))
    expect(plain().look().is).toBe('old')
    rmSync(lock())
    writeFileSync(lock(), '')
    expect(plain().look().is).toBe('foreign')
  })

  test('of nobody has no owner', () => {
    expect(oldOwner(root)).toBeUndefined()
    take()
    expect(oldOwner(root)).toBeUndefined()
  })
})

describe('other writers', () => {
  const holder = (ticket: number, changes: Partial<Holder> = {}): Holder => ({
    ...own,
    uuid: randomUUID(),
    folder: folderOf(root),
    ticket,
    claims: [],
    waits: [],
    ...changes,
  })
  const put = (name: string, text: string): void =>
    writeFileSync(join(locks, 'holders', name), text)

  test('are those with a file, who live or may; the files of the dead are removed, and that is told once', () => {
    const [mine, alive, elsewhere, gone, torn] = Array.from({ length: 5 }, () => randomUUID())
    put(mine, formatHolder(holder(1), 1))
    put(alive, formatHolder(holder(2), 1))
    put(elsewhere, formatHolder(holder(3, { host: 'elsewhere' }), 1))
    put(gone, formatHolder(holder(4, { started: '1' }), 1))
    put(torn, '000')
    put('no-uuid', formatHolder(holder(5), 1))
    mkdirSync(join(locks, 'holders', 'folder'))
    const others = new OtherWriters(join(locks, 'holders'), mine, lives)
    expect(others.foundDead()).toBe(false)
    const seen = others.look().map(({ holder: { ticket }, life }) => `${ticket} ${life}`)
    expect(seen.sort()).toEqual(['2 alive', '3 silent'])
    expect(readdirSync(join(locks, 'holders')).sort()).toEqual(
      [alive, elsewhere, 'folder', mine].sort(),
    )
    expect([others.foundDead(), others.foundDead()]).toEqual([true, false])
  })

  test('are told to anybody who looks, those first that came first, and nothing is removed', () => {
    expect(writersOf(root)).toEqual([])
    const uuids = ['1', '2'].map((digit) => `${digit.repeat(8)}-1111-4111-8111-111111111111`)
    const all = {
      late: holder(7, { uuid: uuids[0] }),
      early: holder(3, { uuid: uuids[1] }),
      gone: holder(1, { started: '1' }),
    }
    for (const of of Object.values(all)) put(of.uuid, formatHolder(of, 1))
    put(randomUUID(), 'torn')
    put('no-uuid', formatHolder(holder(2), 1))
    mkdirSync(join(locks, 'holders', randomUUID()))
    expect(writersOf(root).map(({ ticket }) => ticket)).toEqual([3, 7])
    expect(readdirSync(join(locks, 'holders'))).toHaveLength(6)
  })
})
