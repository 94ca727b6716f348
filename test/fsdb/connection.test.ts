// What a writer holds and leaves: scans that are taken and let go, marks of those that were begun, and
// what is swept when.
import fs, {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { realDisk, type Disk } from '../../src/base/system.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { thisProcess } from '../../src/fsdb/locks/owner.ts'
import { PlantdbLocks } from '../../src/fsdb/locks/plantdb-locks.ts'
import { draftName, temporaryName } from '../../src/fsdb/own-names.ts'
import { code } from '../support/coded.ts'
import { has } from '../support/programs.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('connection')
afterAll(() => rmSync(work, { recursive: true }))

let root: string
/** Fails where a path ends so, as long as it is set. */
let broken: string | undefined
let did: string[]
const failed = Object.assign(new Error('EIO: by the test'), { code: 'EIO' })
const tell = (what: string, path: string): void => {
  did.push(`${what} ${path.slice(root.length + 1)}`)
  if (broken !== undefined && path.endsWith(broken)) throw failed
}
const disk: Disk = {
  ...realDisk,
  createLoose: async (path, bytes) => (tell('create', path), realDisk.createLoose(path, bytes)),
  remove: async (path) => (tell('remove', path), realDisk.remove(path)),
  makeFolder: (path) => (tell('make', path), realDisk.makeFolder(path)),
}
beforeEach(async () => {
  root = join(mkdtempSync(join(work, 'db-')), 'db')
  broken = undefined
  did = []
  const db = await FSDB.create(root, { disk })
  await db.connect()
  for (const id of ['a', 'b']) await db.createScan(id)
  await db.disconnect()
  did = []
})
const at = (...names: string[]): string => join(root, ...names)
/** A writer beside others, until the end of the test. */
async function sharing(): Promise<FSDB> {
  const db = new FSDB(root, { disk })
  await db.connect({ share: true })
  return db
}
const marks = (): string[] =>
  existsSync(at('.romi', 'touched')) ? readdirSync(at('.romi', 'touched')).sort() : []
function put(path: string, text = ''): void {
  mkdirSync(join(at(path), '..'), { recursive: true })
  writeFileSync(at(path), text)
}
const mark = (scan: string): void => put(`.romi/touched/${scan}`)

describe('a writer of the whole database', () => {
  test('writes every scan, and one that is refused leaves no trace', async () => {
    await using db = new FSDB(root)
    await db.connect()
    for (const id of ['a', 'b']) await (await db.getScan(id)).setMetadata('k', 1)
    const second = new FSDB(root)
    await expect(second.connect()).rejects.toThrow(code('store/locked'))
    await expect(second.connect({ share: true })).resolves.toBe(undefined)
    await second.disconnect()
    expect(readdirSync(at('.romi', 'locks', 'holders'))).toEqual([db.owner()?.uuid])
  })

  test('tells nothing of itself unless it is told to', async () => {
    await using db = new FSDB(root)
    await db.connect()
    expect(db.owner()?.info).toEqual({})
    expect(db.writers()).toHaveLength(1)
  })
})

describe('a scan', () => {
  test('that was not taken is refused, with what to do', async () => {
    await using db = await sharing()
    await expect((await db.getScan('a')).setMetadata('k', 1)).rejects.toMatchObject({
      code: 'store/scan-not-taken',
      message: "the scan a is not ours to write: takeScan('a') first, or connect without share",
      facts: { id: 'a' },
    })
  })

  test('that is taken is swept at once only where a writer that was killed began something', async () => {
    for (const id of ['a', 'b']) put(join(id, '.romi', 'tmp', randomUUID()))
    mark('b')
    await using db = await sharing()
    await db.takeScan('a')
    await db.takeScan('b')
    expect(readdirSync(at('a', '.romi', 'tmp'))).toHaveLength(1)
    expect(readdirSync(at('b', '.romi', 'tmp'))).toEqual([])
    // With its first change the other one is, too.
    await (await db.getScan('a')).setMetadata('k', 1)
    expect(readdirSync(at('a', '.romi', 'tmp'))).toEqual([])
  })

  test('may be taken again by who has it, and is let go by one call', async () => {
    await using one = await sharing()
    await using two = await sharing()
    await one.takeScan('a')
    await one.takeScan('a')
    await expect(two.takeScan('a')).rejects.toThrow(code('store/locked'))
    await one.letGoOfScan('a')
    await two.takeScan('a')
    await expect((await one.getScan('a')).setMetadata('k', 1)).rejects.toThrow(
      code('store/scan-not-taken'),
    )
  })

  test('that is taken again is not claimed anew', async () => {
    await using db = await sharing()
    await db.takeScan('a')
    const own = at('.romi', 'locks', 'holders', db.owner()?.uuid ?? '')
    const before = readFileSync(own, 'utf8')
    await db.takeScan('a')
    expect(readFileSync(own, 'utf8')).toBe(before)
  })

  test('is let go as far as that is possible where the disk is in trouble', async () => {
    const db = await sharing()
    onTestFinished(() => void vi.restoreAllMocks())
    await db.takeScan('a')
    const rename = vi.spyOn(fs, 'renameSync').mockImplementation(() => {
      throw failed
    })
    await db.letGoOfScan('a')
    rename.mockRestore()
    // Something else in the way of our own.
    mkdirSync(at('.romi', 'locks', 'index'))
    await db.letGoOfScan('a')
    rmSync(at('.romi', 'locks', 'index'), { recursive: true })
    const fault = new TypeError('by the test')
    vi.spyOn(fs, 'renameSync').mockImplementation(() => {
      throw fault
    })
    await expect(db.letGoOfScan('a')).rejects.toBe(fault)
    vi.restoreAllMocks()
    await db.disconnect()
  })

  test('is marked from its first change to its letting go', async () => {
    await using db = await sharing()
    await db.takeScan('a')
    expect(marks()).toEqual([])
    await (await db.getScan('a')).setMetadata('k', 1)
    expect(marks()).toEqual(['a'])
    expect(readFileSync(at('.romi', 'touched', 'a'), 'utf8')).toBe('')
    await db.letGoOfScan('a')
    expect(marks()).toEqual([])
    // Once more: it is swept anew.
    await db.takeScan('a')
    put(join('a', '.romi', 'tmp', randomUUID()))
    await (await db.getScan('a')).setMetadata('k', 2)
    expect(readdirSync(at('a', '.romi', 'tmp'))).toEqual([])
    expect(marks()).toEqual(['a'])
  })

  test.each([
    ['a draft', () => put(join('a', '.romi', 'drafts', draftName({ label: '', key: 'k' }), 'x'))],
    ['something on its way', () => put(join('a', '.romi', 'tmp', randomUUID()))],
    ['a journal', () => put(join('a', '.romi', 'journal.json'))],
  ])('in which %s is left stays marked for the next writer', async (_, leave) => {
    const db = await sharing()
    await db.takeScan('a')
    await (await db.getScan('a')).setMetadata('k', 1)
    leave()
    await db.letGoOfScan('a')
    expect(marks()).toEqual(['a'])
    await db.disconnect()
    expect(marks()).toEqual(['a'])
  })

  test('that is still marked because the mark could not be removed is let go all the same', async () => {
    await using one = await sharing()
    await using two = await sharing()
    await one.takeScan('a')
    await (await one.getScan('a')).setMetadata('k', 1)
    broken = 'touched/a'
    await one.letGoOfScan('a')
    broken = undefined
    expect(marks()).toEqual(['a'])
    await two.takeScan('a')
  })

  test('is swept once, however many changes come together, and again after that failed', async () => {
    await using db = await sharing()
    await db.takeScan('a')
    const scan = await db.getScan('a')
    broken = 'touched/a'
    await expect(scan.setMetadata('k', 1)).rejects.toThrow(code('store/disk-error'))
    broken = undefined
    did = []
    await Promise.all(['k', 'l', 'm'].map((key) => scan.setMetadata(key, 1)))
    await scan.setMetadata('n', 1)
    expect(did.filter((what) => what === 'create .romi/touched/a')).toHaveLength(1)
    expect(did.filter((what) => what === 'remove a/.romi/journal.json')).toHaveLength(1)
  })

  test('that was marked before is not marked again', async () => {
    mark('a')
    await using db = await sharing()
    await db.takeScan('a')
    expect(did).not.toContain('create .romi/touched/a')
    expect(marks()).toEqual(['a'])
  })

  test('that is deleted and made anew is begun anew', async () => {
    await using db = new FSDB(root, { disk })
    await db.connect()
    await (await db.getScan('a')).setMetadata('k', 1)
    await db.deleteScan('a')
    await db.createScan('a')
    put(join('a', '.romi', 'tmp', randomUUID()))
    await (await db.getScan('a')).setMetadata('k', 1)
    expect(readdirSync(at('a', '.romi', 'tmp'))).toEqual([])
  })
})

describe('a writer that lost its place', () => {
  test('lets scans go and leaves without a word, and what it marked stays', async () => {
    const db = await sharing()
    await db.takeScan('a')
    await (await db.getScan('a')).setMetadata('k', 1)
    rmSync(at('.romi', 'locks', 'holders'), { recursive: true })
    await db.letGoOfScan('a')
    expect(marks()).toEqual(['a'])
    await db.disconnect()
    expect(db.isConnected).toBe(false)
    expect(marks()).toEqual(['a'])
  })
})

describe('a database in which killed writers left something', () => {
  test('is swept when somebody takes the whole: marked scans, and nothing in those without a mark', async () => {
    for (const id of ['a', 'b']) put(join(id, '.romi', 'tmp', randomUUID()))
    mark('b')
    await using db = new FSDB(root)
    await db.connect()
    expect(readdirSync(at('a', '.romi', 'tmp'))).toHaveLength(1)
    expect(readdirSync(at('b', '.romi', 'tmp'))).toEqual([])
    await db.disconnect()
    expect(marks()).toEqual([])
  })

  test('is not swept by who comes beside others, but for what nobody who lives is making', async () => {
    put(join('b', '.romi', 'tmp', randomUUID()))
    mark('b')
    mark('gone')
    const left = [temporaryName(), temporaryName(thisProcess({}).uuid), 'mine']
    for (const name of left) put(join('.romi', 'tmp', name))
    await using db = await sharing()
    expect(readdirSync(at('b', '.romi', 'tmp'))).toHaveLength(1)
    expect(marks()).toEqual(['b', 'gone'])
    expect(readdirSync(at('.romi', 'tmp'))).toEqual(['mine'])
    expect(db.isConnected).toBe(true)
  })

  test('has marks of scans that are gone: they are removed, and what is no mark stays', async () => {
    mark('gone')
    put('.romi/touched/full', 'mine')
    put('.romi/touched/.hidden')
    mkdirSync(at('.romi', 'touched', 'folder'))
    mark('taken meanwhile')
    symlinkSync('nowhere', at('.romi', 'touched', 'link'))
    const stat = (path: string): ReturnType<Disk['stat']> =>
      path.endsWith('taken meanwhile') ? undefined : realDisk.stat(path)
    await using db = new FSDB(root, { disk: { ...realDisk, stat } })
    await db.connect()
    expect(marks()).toEqual(['.hidden', 'folder', 'full', 'link', 'taken meanwhile'])
  })

  test('is used though one scan is damaged, which tells so with its first change', async () => {
    for (const id of ['a', 'b']) mark(id)
    put('a/.romi/journal.json', 'rubbish')
    put(join('b', '.romi', 'tmp', randomUUID()))
    await using db = new FSDB(root)
    await db.connect()
    expect(readdirSync(at('b', '.romi', 'tmp'))).toEqual([])
    await expect((await db.getScan('a')).setMetadata('k', 1)).rejects.toThrow(
      code('store/journal-damaged'),
    )
  })

  test.each(['.romi/tmp', 'b/.romi/tmp'])(
    'is not held by a writer that could not sweep it, by a fault of the program: %s',
    async (path) => {
      put(join(path, randomUUID()))
      mark('b')
      let isBroken = true
      const fault = new TypeError('by the test')
      const faulty: Disk = {
        ...realDisk,
        remove: async (gone) => {
          if (isBroken && gone.startsWith(at(path))) throw fault
          await realDisk.remove(gone)
        },
      }
      const db = new FSDB(root, { disk: faulty })
      await expect(db.connect()).rejects.toBe(fault)
      expect(db.isConnected).toBe(false)
      expect(db.writers()).toEqual([])
      isBroken = false
      await db.connect()
      await db.disconnect()
    },
  )
})

describe('a scan is at rest', () => {
  test('where nobody else is, and nothing is left', async () => {
    await using db = await sharing()
    expect(db.isAtRest('a')).toBe(true)
    expect(db.isAtRest('none')).toBe(false)
  })

  test.each([
    ['it is marked', () => mark('a')],
    ['a journal is left', () => put('a/.romi/journal.json')],
    ['something on its way is left', () => put('a/.romi/tmp/x')],
    ['a draft is left', () => put('a/.romi/drafts/x')],
    ['plantdb was ever here', () => mkdirSync(at('.locks'))],
  ])('and is not where %s', async (_, leave) => {
    await using db = await sharing()
    leave()
    expect(db.isAtRest('a')).toBe(false)
  })

  test('and is not as long as another writer is there', async () => {
    await using db = await sharing()
    const other = await sharing()
    expect(db.isAtRest('a')).toBe(false)
    await other.disconnect()
    expect(db.isAtRest('a')).toBe(true)
  })
})

describe.runIf(has('flock'))('a scan that plantdb has', () => {
  let plantdb: PlantdbLocks
  beforeEach(async () => {
    mkdirSync(at('.locks'))
    plantdb = new PlantdbLocks(at('.locks'))
    await plantdb.tryTake('a')
    return () => plantdb.releaseAll()
  })

  test('is not taken, and not kept from others who could wait for it', async () => {
    await using one = await sharing()
    await using two = await sharing()
    const stop = AbortSignal.timeout(50)
    await expect(one.takeScan('a', { wait: true, signal: stop })).rejects.toThrow()
    expect(one.plantdb()).toBe('kept-out')
    plantdb.release('a')
    await two.takeScan('a')
    await two.letGoOfScan('a')
    await one.takeScan('a')
    expect(readdirSync(at('.locks')).sort()).toEqual(['a.info', 'a.lock'])
    await one.letGoOfScan('a')
    expect(readdirSync(at('.locks'))).toEqual(['a.lock'])
  })

  test('stays ours if it was so before plantdb came', async () => {
    plantdb.release('a')
    rmSync(at('.locks'), { recursive: true })
    await using one = await sharing()
    await using two = await sharing()
    await one.takeScan('a')
    mkdirSync(at('.locks'))
    await plantdb.tryTake('a')
    const patience = { wait: true, signal: AbortSignal.timeout(50) }
    await expect(one.takeScan('a', patience)).rejects.toThrow()
    await expect(two.takeScan('a')).rejects.toThrow(code('store/locked'))
  })

  test('is locked for plantdb when it is made, changed or deleted, until the writer leaves', async () => {
    const db = new FSDB(root)
    await db.connect()
    expect(await new PlantdbLocks(at('.locks')).tryTake('b')).toMatchObject({ is: 'done' })
    await db.createScan('c')
    expect(await plantdb.tryTake('c')).toMatchObject({ is: 'held' })
    await db.disconnect()
    expect(await plantdb.tryTake('c')).toMatchObject({ is: 'done' })
  })
})
