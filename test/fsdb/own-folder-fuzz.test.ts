// Random content and random links in the folders that are ours: whatever lies there, nothing outside is touched.
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { lastFailures } from '../../src/survey/last-failures.ts'
import { isRomiError } from '../../src/base/errors.ts'
import { realDisk } from '../../src/base/system.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('own-fuzz')
afterAll(() => rmSync(work, { recursive: true }))

const uuid = '11111111-2222-4333-8444-555555555555'
const run = '20260101T000000000-0a1b2c'
const draft = `resumable-${'0'.repeat(32)}`
const places = [
  '.romi',
  ...['tmp', 'touched', 'locks', 'digests', 'runs', 'scratch'].map((name) => `.romi/${name}`),
  ...[`tmp/${uuid}`, 'touched/s', 'touched/gone', 'digests/s.json', 'locks/index'].map(
    (name) => `.romi/${name}`,
  ),
  ...[`runs/${run}`, `runs/${run}/events.ndjson`, `runs/${run}/run.json`, `scratch/${run}`].map(
    (name) => `.romi/${name}`,
  ),
  's/.romi',
  ...['journal.json', 'tmp', 'drafts', 'retired', 'records'].map((name) => `s/.romi/${name}`),
  ...[`tmp/${uuid}`, `drafts/${draft}`, 'retired/images-1', 'records/r.json'].map(
    (name) => `s/.romi/${name}`,
  ),
  ...['draft.json', 'journal.ndjson', 'files', 'metadata', 'tmp'].map(
    (name) => `s/.romi/drafts/${draft}/${name}`,
  ),
  's/metadata',
  's/metadata/images',
  's/metadata/images.json',
  's/images',
  's/images/a.txt',
  's/files.json',
  'lock',
]
const words = [
  '..',
  '.',
  '',
  'images',
  'a.txt',
  'metadata',
  '.romi',
  'tmp',
  'drafts',
  'outside',
  '/',
]
const path = fc.array(fc.constantFrom(...words, uuid, draft), { maxLength: 6 })
const anyPath = path.map((parts) => parts.join('/'))
const journal = fc.record({
  before: fc.constantFrom([], [{ do: 'remove-fileset', id: 'images' }], [{ do: 'x' }]),
  moves: fc.array(fc.record({ from: anyPath, to: anyPath }), { maxLength: 3 }),
  after: fc.constantFrom([], [{ do: 'add-fileset', id: '../x', files: [] }]),
  trash: fc.array(anyPath, { maxLength: 3 }),
})
const content = fc.oneof(
  journal.map((value) => JSON.stringify(value)),
  fc.json(),
  fc.string(),
  fc.constantFrom('', 'null', '{}', '{"label":"x","key":"k"}', '\0\0\0'),
)
const thing = fc.oneof(
  fc.record({ is: fc.constant('file' as const), content }),
  fc.record({ is: fc.constant('folder' as const) }),
  fc.record({
    is: fc.constant('link' as const),
    to: fc.constantFrom('outside', 'outside/deep', 'outside/a.txt', 'db/other', 'db', 'nowhere'),
  }),
)
const planted = fc.record({ place: fc.constantFrom(...places), thing })

/** All that lies somewhere: kind, bytes and name. */
const seen = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const full = join(entry.parentPath, entry.name)
      return `${full} ${entry.isFile() ? readFileSync(full, 'utf8') : 'folder'}`
    })
    .sort()

async function makeDatabase(root: string): Promise<void> {
  await using db = await FSDB.create(root)
  await db.connect()
  for (const id of ['s', 'other']) {
    const images = await (await db.createScan(id)).createFileset('images', { id })
    await (await images.createFile('a')).write(Buffer.from('a'), 'txt')
  }
}

type Planted = typeof planted extends fc.Arbitrary<infer T> ? T : never

function plant(base: string, { place, thing }: Planted): void {
  const full = join(base, 'db', place)
  // A link that was planted above leads on: what it leads to stays as it is.
  for (let above = dirname(full); above !== join(base, 'db'); above = dirname(above))
    if (realDisk.stat(above)?.isDirectory() === false) return
  mkdirSync(dirname(full), { recursive: true })
  rmSync(full, { recursive: true, force: true })
  if (thing.is === 'file') writeFileSync(full, thing.content)
  else if (thing.is === 'folder') mkdirSync(full)
  else symlinkSync(join(base, thing.to), full)
}

/** What readers and writers do; what they refuse is theirs to say, anything else is a bug. */
async function useAll(root: string): Promise<void> {
  const attempt = async (use: () => unknown): Promise<void> => {
    try {
      await use()
    } catch (error) {
      if (!isRomiError(error)) throw error
    }
  }
  await attempt(() => lastFailures(root))
  await attempt(async () => (await FSDB.open(root)).problems())
  const db = new FSDB(root)
  await attempt(async () => {
    await db.connect()
    const scan = await db.getScan('s')
    await attempt(() => scan.take())
    await attempt(() => scan.setMetadata('k', 1))
    await attempt(() => scan.drafts())
    await attempt(async () => {
      const draft = await scan.draft('label', { resumable: { key: 'k' } })
      await draft.writeFile('f', Buffer.from('f'), 'txt', { k: 1 })
      await draft.publish('made')
    })
    await attempt(async () => scan.records.names().map((name) => scan.records.read(name)))
    await attempt(() => scan.retireFileset('images'))
    await attempt(() => scan.clean({ drafts: true, retired: true }))
    await attempt(() => db.digests.save())
    await attempt(() => db.deleteScan('s'))
    // The other scan goes on.
    await (await db.getScan('other')).setMetadata('k', 1)
  })
  await attempt(() => db.disconnect())
}

test('nothing outside is read, moved, changed or deleted, whatever lies in our folders', async () => {
  let turn = 0
  await fc.assert(
    fc.asyncProperty(fc.array(planted, { minLength: 1, maxLength: 5 }), async (all) => {
      const base = join(work, String(turn++))
      mkdirSync(join(base, 'outside', 'deep', 'files'), { recursive: true })
      for (const name of ['a.txt', 'files.json', uuid, 'deep/draft.json', 'deep/files/a'])
        writeFileSync(join(base, 'outside', name), `precious ${name}`)
      await makeDatabase(join(base, 'db'))
      for (const one of all) plant(base, one)
      const before = seen(join(base, 'outside'))
      await useAll(join(base, 'db'))
      expect(seen(join(base, 'outside'))).toEqual(before)
      expect(readdirSync(base).sort()).toEqual(['db', 'outside'])
      expect(readFileSync(join(base, 'db/other/images/a.txt'), 'utf8')).toBe('a')
      rmSync(base, { recursive: true, force: true })
    }),
    { numRuns: 60 },
  )
})
