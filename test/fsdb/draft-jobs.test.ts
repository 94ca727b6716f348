// Drafts that jobs on other machines fill: what they tell counts once it was found as they told it.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { sha256 } from '../../src/base/digest.ts'
import { realDisk, type Disk } from '../../src/base/system.ts'
import { Draft } from '../../src/fsdb/draft.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import type { Scan } from '../../src/fsdb/scan.ts'
import { backwards } from '../support/backwards.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('draft-jobs')
afterAll(() => rmSync(work, { recursive: true }))

let turn = 0
let db: FSDB
let scan: Scan
let draft: Draft
const key = 'masks of 60 images'
/** Opens the resumable draft. @param jobs that fill it at this moment */
const open = (jobs: readonly string[] = [], asItIs = false): Promise<Draft> =>
  scan.draft('Masks', { resumable: { key, jobs: new Set(jobs), asItIs } })
beforeEach(async () => {
  db = await FSDB.create(join(work, `db${turn++}`))
  await db.connect()
  scan = await db.createScan('plant')
  draft = await open()
  return () => db.disconnect()
})

/** A job writes a file. */
async function writes(job: string, id: string, text = id, disk?: Disk): Promise<void> {
  const own = await Draft.openAt(draft.path, disk, job)
  await own.writeFile(id, Buffer.from(text), 'txt', { of: id }, { key: `key of ${id}` })
}
const at = (...names: string[]): string => join(draft.path, ...names)
const idsOf = async (one: Draft): Promise<string[]> => (await one.finished()).map(({ id }) => id)

describe('what a job tells', () => {
  test('is in a journal of its own, and does not count before it is accepted', async () => {
    await writes('one', 'a')
    await writes('two', 'b')
    expect(await idsOf(draft)).toEqual([])
    expect(draft.partOf('one')).toMatchObject([{ id: 'a', key: 'key of a', digest: sha256('a') }])
    expect(draft.partOf('three')).toEqual([])
    draft.accept(draft.partOf('one'))
    draft.accept(draft.partOf('two'))
    expect(await idsOf(draft)).toEqual(['a', 'b'])
    const masks = await draft.publish('masks')
    expect(await masks.fileIds()).toEqual(['a', 'b'])
  })

  test('leaves no trace in the draft’s journal where it is nothing', async () => {
    draft.accept([])
    expect(existsSync(at('journal.ndjson'))).toBe(false)
  })

  test.each<readonly [string, () => void]>([
    ['whose bytes are others', () => writeFileSync(at('files', 'a.txt'), 'A')],
    ['that is longer', () => writeFileSync(at('files', 'a.txt'), 'aa')],
    ['that is gone', () => rmSync(at('files', 'a.txt'))],
    ['that is a folder', () => (rmSync(at('files', 'a.txt')), mkdirSync(at('files', 'a.txt')))],
    ['whose metadata are others', () => writeFileSync(at('metadata', 'a.json'), '{}')],
    ['whose metadata are gone', () => rmSync(at('metadata', 'a.json'))],
  ])('is not held of a file %s', async (_, change) => {
    await writes('one', 'a')
    const [file] = draft.partOf('one')
    expect(await draft.holds(file)).toBe(true)
    change()
    expect(await draft.holds(file)).toBe(false)
  })

  test('is not held of a file that has metadata though it was told to have none', async () => {
    await writes('one', 'a')
    const [file] = draft.partOf('one')
    const { metadata: _none, ...bare } = file
    expect(await draft.holds(bare)).toBe(false)
  })

  test('is had on the disk, bytes and metadata', async () => {
    const synced: string[] = []
    const disk: Disk = { ...realDisk, sync: async (path) => void synced.push(path) }
    await writes('one', 'a')
    const bare = await Draft.openAt(draft.path, realDisk, 'one')
    await bare.writeFile('b', Buffer.from('b'), 'txt')
    await writes('two', 'c')
    await (await Draft.openAt(draft.path, disk)).syncPart('one')
    expect(synced.sort()).toEqual([
      at('files', 'a.txt'),
      at('files', 'b.txt'),
      at('metadata', 'a.json'),
    ])
  })
})

describe('a draft that is opened again', () => {
  test('has what jobs told that nobody accepted, if it is as they told; the rest is removed', async () => {
    await draft.writeFile('z', Buffer.from('z'), 'txt')
    for (const id of ['b', 'a', 'torn']) await writes('one', id)
    writeFileSync(at('files', 'torn.txt'), 'TORN')
    writeFileSync(at('files', 'unfinished.txt'), 'half')
    writeFileSync(at('metadata', 'unfinished.json'), '{}')
    const again = await open()
    expect(await idsOf(again)).toEqual(['a', 'b', 'z'])
    expect(readdirSync(at('files')).sort()).toEqual(['a.txt', 'b.txt', 'z.txt'])
    expect(readdirSync(at('metadata')).sort()).toEqual(['a.json', 'b.json'])
    expect(existsSync(at('parts'))).toBe(false)
    expect(readdirSync(at('tmp'))).toEqual([])
  })

  test('takes what a job told for newer than what was accepted, and a later job’s for newer yet', async () => {
    await draft.writeFile('a', Buffer.from('old'), 'txt', { of: 'a' })
    await writes('1', 'a', 'new')
    expect(await (await open()).finished()).toMatchObject([{ id: 'a', digest: sha256('new') }])
    await writes('2', 'a', 'same')
    rmSync(at('parts'), { recursive: true })
    await writes('4', 'a', 'last')
    writeFileSync(
      at('parts', '3.ndjson'),
      readFileSync(at('parts', '4.ndjson'), 'utf8').replace('key of a', 'older'),
    )
    for (const disk of [backwards, realDisk]) {
      const reader = new FSDB(db.path, { disk })
      await db.disconnect()
      await reader.connect()
      const found = await (await reader.getScan('plant')).draft('Masks', { resumable: { key } })
      expect(await found.finished()).toMatchObject([{ id: 'a', key: 'key of a' }])
      await reader.disconnect()
    }
  })

  test('while jobs fill it, takes what others left, and touches nothing of those', async () => {
    await writes('dead', 'a')
    await writes('dead', 'torn')
    await writes('at-work', 'b')
    writeFileSync(at('files', 'torn.txt'), 'TORN')
    writeFileSync(at('files', 'unfinished.txt'), 'half')
    const again = await open(['at-work'])
    expect(await idsOf(again)).toEqual(['a'])
    expect(readdirSync(at('parts')).sort()).toEqual(['at-work.ndjson', 'dead.ndjson'])
    expect(readdirSync(at('files'))).toContain('unfinished.txt')
    // Once more: what was accepted is not accepted again.
    const journal = readFileSync(at('journal.ndjson'), 'utf8')
    await open(['at-work'])
    expect(readFileSync(at('journal.ndjson'), 'utf8')).toBe(journal)
  })

  test('as it is takes nothing over that was not accepted', async () => {
    await draft.writeFile('z', Buffer.from('z'), 'txt')
    await writes('one', 'a')
    expect(await idsOf(await open([], true))).toEqual(['z'])
    expect(existsSync(at('parts', 'one.ndjson'))).toBe(true)
  })

  test('knows whose names its files bear', async () => {
    await draft.writeFile('a.b', Buffer.from('1'), 'c')
    const again = await open()
    await expect(again.writeFile('a', Buffer.from('2'), 'b.c')).rejects.toMatchObject({
      code: 'store/filename-taken',
      message: 'the file name a.b.c is used by a.b already: choose another id than a',
      facts: { filename: 'a.b.c' },
    })
  })
})

describe('a draft', () => {
  test('is called like its folder, and is none without a word of what it is for', async () => {
    expect(draft.id).toBe(scan.draftName(key))
    await expect(Draft.openAt(`${draft.path}-other`)).rejects.toMatchObject({
      code: 'store/draft-gone',
      facts: { path: `${draft.path}-other` },
    })
  })

  test('cannot be published from another process, and says so', async () => {
    await expect((await Draft.openAt(draft.path)).publish('masks')).rejects.toThrow(
      `the draft ${draft.path} was opened without its database: publish it from the scan`,
    )
  })

  test('that was damaged is not published, and the file is named', async () => {
    await draft.writeFile('a', Buffer.from('whole'), 'txt')
    const path = at('files', 'a.txt')
    writeFileSync(path, 'torn')
    await expect(draft.publish('masks')).rejects.toMatchObject({
      code: 'store/draft-damaged',
      message: `${path} is not as it was written: make it again`,
      facts: { path },
    })
  })

  test('is published without what its journal does not name', async () => {
    await draft.writeFile('a', Buffer.from('a'), 'txt', { of: 'a' })
    writeFileSync(at('files', 'b.txt'), 'half')
    writeFileSync(at('metadata', 'b.json'), '{}')
    await draft.publish('masks')
    expect(readdirSync(join(scan.path, 'masks'))).toEqual(['a.txt'])
    expect(readdirSync(join(scan.path, 'metadata', 'masks'))).toEqual(['a.json'])
  })

  test('lays metadata over those that it has, and refuses what is no JSON', async () => {
    await draft.setMetadata({ a: 1, b: 1 })
    await draft.setMetadata({ b: 2 })
    await expect(draft.setMetadata({ c: Number.NaN })).rejects.toThrow(
      'the metadata of the fileset',
    )
    await expect(draft.writeFile('a', Buffer.from('a'), 'txt', { c: Number.NaN })).rejects.toThrow(
      'the metadata of a',
    )
    expect(await (await draft.publish('masks')).getMetadata()).toEqual({ a: 1, b: 2 })
  })

  test('writes nothing for one who has stopped', async () => {
    const signal = AbortSignal.abort()
    await expect(
      draft.writeFile('a', Buffer.from('a'), 'txt', {}, { signal }),
    ).rejects.toMatchObject({ name: 'AbortError' })
    expect(readdirSync(at('files'))).toEqual([])
  })

  test('adopts nothing from a file that is gone, and frees the name of one that was dropped', async () => {
    const known = { digest: sha256('made before') }
    const gone = join(work, 'gone.txt')
    expect(await draft.adoptFile('a', gone, {}, known)).toBeUndefined()
    await draft.writeFile('a.b', Buffer.from('1'), 'c')
    await draft.dropFile('a.b')
    await draft.writeFile('a', Buffer.from('2'), 'b.c')
    expect(await idsOf(draft)).toEqual(['a'])
    expect(readdirSync(at('tmp'))).toEqual([])
  })

  test('keeps what its maker says of a file, and forgets metadata that a file had before', async () => {
    await draft.writeFile('a', Buffer.from('1'), 'txt', { of: 'first' }, { note: { share: 1 } })
    expect(await draft.finished()).toMatchObject([{ id: 'a', note: { share: 1 } }])
    await draft.writeFile('a', Buffer.from('2'), 'txt')
    const [file] = await draft.finished()
    expect(file).not.toHaveProperty('note')
    expect(file.metadata).toBeUndefined()
    expect(readdirSync(at('metadata'))).toEqual([])
  })

  test('is gone for whoever still fills it once it was discarded', async () => {
    await draft.discard()
    const gone = { code: 'store/draft-gone', facts: { path: draft.path } }
    await expect(draft.writeFile('a', Buffer.from('a'), 'txt')).rejects.toMatchObject(gone)
    await expect(draft.setMetadata({ a: 1 })).rejects.toMatchObject(gone)
    await expect(draft.publish('masks')).rejects.toMatchObject(gone)
  })
})
