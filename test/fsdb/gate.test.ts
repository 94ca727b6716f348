// The gate: links in a database lead nothing out of it, and only what bears a name of ours is removed.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { code } from '../support/coded.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('gate')
afterAll(() => rmSync(work, { recursive: true }))
const uuid = '11111111-2222-4333-8444-555555555555'

let turn = 0
let root: string
let outside: string
beforeEach(async () => {
  root = join(work, `db${turn}`)
  outside = join(work, `outside${turn++}`)
  mkdirSync(join(outside, 'files'), { recursive: true })
  for (const name of ['thesis.txt', 'files.json', 's.json', uuid, 'files/a.txt'])
    writeFileSync(join(outside, name), `precious ${name}`)
  await using db = await FSDB.create(root)
  await db.connect()
  for (const id of ['s', 'other']) {
    const images = await (await db.createScan(id, { id })).createFileset('images')
    await (await images.createFile('a')).write(Buffer.from('a'), 'txt')
  }
})

/** All that lies outside, with its bytes. */
const seenOutside = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(outside, { recursive: true, withFileTypes: true }).map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return [path, entry.isFile() ? readFileSync(path, 'utf8') : 'a folder']
    }),
  )

/** Puts a link to the outside in the place of something, which moves there first if it is a folder. */
function link(path: string): void {
  const full = join(root, path)
  if (existsSync(full)) {
    cpSync(full, join(outside, 'moved'), { recursive: true })
    rmSync(full, { recursive: true })
  }
  mkdirSync(join(full, '..'), { recursive: true })
  symlinkSync(outside, full)
}

/** All that a writer does with a scan; says what was refused. */
async function useAll(): Promise<string[]> {
  const refused: string[] = []
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    await work().catch((error: { code?: string; message: string }) => {
      if (!error.code?.startsWith('store/')) throw error
      refused.push(error.message)
    })
  }
  await attempt(async () => {
    await using db = new FSDB(root)
    await db.connect()
    const scan = await db.getScan('s')
    await attempt(() => scan.setMetadata('species', 'any'))
    await attempt(() => scan.createFileset('new', { of: 'new' }))
    await attempt(async () =>
      (await scan.getFileset('images'))
        .createFile('b')
        .then((file) => file.write(Buffer.from('b'), 'txt')),
    )
    await attempt(async () => (await scan.getFileset('images')).setMetadata('k', 1))
    await attempt(async () => (await (await scan.getFileset('images')).getFile('a')).digest())
    await attempt(() => db.digests.save())
    await attempt(async () => {
      const draft = await scan.draft('label', { resumable: { key: 'k' } })
      await draft.writeFile('f', Buffer.from('f'), 'txt', { k: 1 })
      await draft.publish('made')
    })
    await attempt(() => scan.retireFileset('images'))
    await attempt(() => scan.clean({ drafts: true, retired: true }))
    await attempt(() => db.deleteScan('s'))
  })
  return refused
}

describe('a link out of the database', () => {
  test.each([
    '.romi',
    '.romi/tmp',
    '.romi/touched',
    '.romi/locks',
    '.romi/digests',
    '.romi/runs',
    '.romi/scratch',
    's',
    's/.romi',
    's/.romi/tmp',
    's/.romi/drafts',
    's/.romi/drafts/resumable-00112233445566778899aabbccddeeff',
    's/.romi/retired',
    's/metadata',
    's/metadata/images',
    's/metadata/images/a.json',
    's/metadata/images.json',
    's/metadata/metadata.json',
    's/images',
    's/images/a.txt',
    's/files.json',
  ])('in the place of %s leads nothing out of it', async (path) => {
    if (path.endsWith('.json') || path.endsWith('.txt')) {
      rmSync(join(root, path), { force: true })
      mkdirSync(join(root, path, '..'), { recursive: true })
      symlinkSync(join(outside, 'thesis.txt'), join(root, path))
    } else link(path)
    mkdirSync(join(root, '.romi/touched'), { recursive: true })
    if (!existsSync(join(root, '.romi/touched/s'))) writeFileSync(join(root, '.romi/touched/s'), '')
    const before = seenOutside()
    await useAll()
    expect(seenOutside()).toEqual(before)
  })

  test.each(['.romi', '.romi/tmp', '.romi/scratch', '.romi/locks'])(
    'in the place of %s is refused by name before the lock is taken',
    async (path) => {
      link(path)
      const refused = await useAll()
      expect(refused).toHaveLength(1)
      expect(refused[0]).toContain(join(root, path))
      expect(existsSync(join(root, 'lock'))).toBe(false)
    },
  )

  test('in one scan keeps no other from work', async () => {
    link('s/.romi')
    await using db = new FSDB(root)
    await db.connect()
    const scan = await db.getScan('s')
    await expect(scan.setMetadata('a', 1)).rejects.toThrow(code('store/link-outside'))
    await (await db.getScan('other')).setMetadata('a', 1)
  })
})

describe('a link within the database', () => {
  test('a link within the database is read, and nothing is changed through it', async () => {
    rmSync(join(root, 's/images'), { recursive: true })
    symlinkSync('../other/images', join(root, 's/images'))
    await using db = new FSDB(root)
    await db.connect()
    const images = await (await db.getScan('s')).getFileset('images')
    const file = await images.getFile('a')
    expect(await file.read()).toEqual(Buffer.from('a'))
    await expect(file.write(Buffer.from('b'), 'txt')).rejects.toThrow(code('store/link-outside'))
    expect(readFileSync(join(root, 'other/images/a.txt'), 'utf8')).toBe('a')
  })

  test('a link within the database is not even read in the folder that is ours', async () => {
    mkdirSync(join(root, 's/.romi'), { recursive: true })
    symlinkSync('../images', join(root, 's/.romi/drafts'))
    const scan = await (await FSDB.open(root)).getScan('s')
    await expect(scan.drafts()).rejects.toThrow(code('store/link-outside'))
  })
})

describe('what bears no name of ours', () => {
  const strangers = [
    '.romi/tmp/notes',
    '.romi/touched/notes/deep',
    '.romi/touched/gone.txt',
    's/.romi/tmp/notes',
    's/.romi/drafts/my-draft',
    's/.romi/retired/thesis',
  ]
  test('what bears no name of ours is removed by no writer and by no clean', async () => {
    for (const path of strangers) {
      mkdirSync(join(root, path, '..'), { recursive: true })
      writeFileSync(join(root, path), 'mine')
    }
    mkdirSync(join(root, '.romi/tmp', uuid))
    mkdirSync(join(root, 's/.romi/tmp', uuid))
    writeFileSync(join(root, '.romi/touched/s'), '')
    writeFileSync(join(root, '.romi/touched/absent'), '')
    await using db = new FSDB(root)
    await db.connect()
    await (await db.getScan('s')).clean({ drafts: true, retired: true })
    for (const path of strangers) expect(readFileSync(join(root, path), 'utf8')).toBe('mine')
    expect(readdirSync(join(root, '.romi/tmp'))).toEqual(['notes'])
    expect(readdirSync(join(root, 's/.romi/tmp'))).toEqual(['notes'])
    expect(readdirSync(join(root, '.romi/touched'))).not.toContain('absent')
  })
})

describe('a journal', () => {
  const write = (text: string): void => {
    mkdirSync(join(root, 's/.romi'), { recursive: true })
    mkdirSync(join(root, '.romi/touched'), { recursive: true })
    writeFileSync(join(root, '.romi/touched/s'), '')
    writeFileSync(join(root, 's/.romi/journal.json'), text)
  }
  const journal = (over: object): string =>
    JSON.stringify({ before: [], moves: [], after: [], trash: [], ...over })
  const bad = [
    '{}',
    'null',
    '[]',
    'rubbish',
    journal({ moves: [{ from: '../../outside/thesis.txt', to: 'images/b.txt' }] }),
    journal({ moves: [{ from: 'images/a.txt', to: '../other/images/b.txt' }] }),
    journal({ moves: [{ from: 'images', to: '/tmp/images' }] }),
    journal({ moves: [{ from: 'images', to: 'images\u0000' }] }),
    journal({ moves: [{ from: '.romi/records', to: 'x' }] }),
    journal({ moves: [{ from: 'files.json', to: 'x' }] }),
    journal({ moves: [{ from: 3, to: 'x' }] }),
    journal({ trash: ['../other'] }),
    journal({ trash: ['images'] }),
    journal({ trash: ['metadata/metadata.json'] }),
    journal({ trash: ['.'] }),
    journal({ trash: ['.romi/drafts'] }),
    journal({ trash: ['.romi/tmp/notes'] }),
    journal({ trash: [`.romi/tmp/${uuid}/../../../images`] }),
    journal({ after: [{ do: 'add-fileset', id: '../x', files: [] }] }),
    journal({
      after: [{ do: 'put-files', fileset: 'images', files: [{ id: 'a', file: '../a' }] }],
    }),
    journal({ before: [{ do: 'delete-all' }] }),
  ]
  test.each(bad)('that none of ours wrote is told, left, and not begun: %s', async (text) => {
    write(text)
    const before = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()
    await using db = new FSDB(root)
    await db.connect()
    const scan = await db.getScan('s')
    await expect(scan.take()).rejects.toThrow(code('store/journal-damaged'))
    await expect(scan.setMetadata('a', 1)).rejects.toThrow(code('store/journal-damaged'))
    expect((await scan.problems()).map(({ path }) => path)).toContain(
      join(root, 's/.romi/journal.json'),
    )
    await (await db.getScan('other')).setMetadata('a', 1)
    await db.disconnect()
    expect(readFileSync(join(root, 's/.romi/journal.json'), 'utf8')).toBe(text)
    expect(readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()).toEqual(
      expect.arrayContaining(before.filter((path) => path !== '.romi/touched/other')),
    )
  })

  test.each(['', '{"bef', '{"before":[],"moves":[{"fro', `{"before":[]${'\0'.repeat(20)}`])(
    'that was torn off as it was written is no change at all: %j',
    async (text) => {
      write(text)
      await using db = new FSDB(root)
      await db.connect()
      await (await db.getScan('s')).setMetadata('a', 1)
      expect(existsSync(join(root, 's/.romi/journal.json'))).toBe(false)
    },
  )

  test('a journal of ours is finished', async () => {
    const apart = `.romi/tmp/${uuid}`
    mkdirSync(join(root, 's', apart), { recursive: true })
    renameSync(join(root, 's/images'), join(root, 's', apart, 'files'))
    write(
      journal({
        before: [{ do: 'remove-fileset', id: 'images' }],
        moves: [{ from: 'images', to: `${apart}/files` }],
        trash: [apart],
      }),
    )
    await using db = new FSDB(root)
    await db.connect()
    expect(await (await db.getScan('s')).filesetIds()).toEqual([])
    expect(readdirSync(join(root, 's/.romi/tmp'))).toEqual([])
  })
})
