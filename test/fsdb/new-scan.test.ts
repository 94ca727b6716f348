// A scan that is made at once, with its photographs.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('new-scan')
afterAll(() => rmSync(work, { recursive: true }))

let turn = 0
let db: FSDB
beforeEach(async () => {
  db = await FSDB.create(join(work, `db${turn++}`))
  await db.connect()
  return () => db.disconnect()
})
/** Photographs from elsewhere. */
function from(...names: string[]): string[] {
  const folder = join(work, `from${turn}`)
  mkdirSync(folder, { recursive: true })
  return names.map((name) => {
    writeFileSync(join(folder, name), name)
    return join(folder, name)
  })
}

test('has its metadata and its files, each under its own name, with theirs', async () => {
  const files = from('b.jpg', 'a.ome.tiff')
  const metadata = (_: string, id: string) => (id === 'b' ? { shot: 1 } : undefined)
  const scan = await db.createScan('plant', { species: 'any' }, [{ id: 'images', files, metadata }])
  expect(await scan.contents()).toEqual([{ id: 'images', files: ['b', 'a.ome'] }])
  expect(await scan.ownMetadata()).toEqual({ species: 'any' })
  const images = await scan.getFileset('images')
  expect(Buffer.from(await (await images.getFile('b')).read()).toString()).toBe('b.jpg')
  expect(await (await images.getFile('b')).getMetadata()).toEqual({ shot: 1 })
  expect(readdirSync(join(scan.path, 'metadata', 'images'))).toEqual(['b.json'])
})

test('that is told nothing has no metadata and an empty index', async () => {
  const scan = await db.createScan('plant')
  expect(readdirSync(join(scan.path, 'metadata'))).toEqual([])
  expect(JSON.parse(readFileSync(join(scan.path, 'files.json'), 'utf8'))).toMatchObject({
    filesets: [],
  })
})

test.each([['a.png'], ['A.png']])(
  'is refused with two files that would be one: a.jpg and %s',
  async (twin) => {
    const files = from('a.jpg', twin)
    await expect(db.createScan('plant', {}, [{ id: 'images', files }])).rejects.toMatchObject({
      code: 'store/file-exists',
      message: expect.stringMatching(
        /^(a\.jpg and [aA]\.png|[aA]\.png and a\.jpg) would both be the file [aA]: rename one, or put files of one kind into a folder of their own$/,
      ) as unknown,
      facts: { id: expect.stringMatching(/^a$/i) as unknown },
    })
    expect(await db.scanIds()).toEqual([])
  },
)
