// What is no regular file, in the place of one: refused by name, and never waited for.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('odd')
afterAll(() => rmSync(work, { recursive: true }))

let turn = 0
let root: string
beforeEach(async () => {
  root = join(work, `db${turn++}`)
  await using db = await FSDB.create(root)
  await db.connect()
  for (const id of ['odd', 'good']) {
    const images = await (await db.createScan(id, { id })).createFileset('images', { k: 1 })
    const file = await images.createFile('a')
    await file.write(Buffer.from('a'), 'txt')
    await file.setMetadata('k', 1)
  }
})

/** Listens at a path, until the test ends. */
async function listen(path: string): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(path, resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
}

const kinds: readonly (readonly [string, (path: string) => unknown])[] = [
  ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ['a socket', listen],
  ['a link to a device without an end', (path) => symlinkSync('/dev/zero', path)],
  ['a link to an empty device', (path) => symlinkSync('/dev/null', path)],
  ['a folder', (path) => mkdirSync(path)],
]

describe.runIf(process.platform !== 'win32').each(kinds)('%s', (_, put) => {
  /** Puts it in the place of a file, and says how each reading of the scan ends. */
  async function refusals(place: string): Promise<readonly unknown[]> {
    rmSync(join(root, place))
    await put(join(root, place))
    const db = await FSDB.open(root)
    const ends: unknown[] = []
    const attempt = async (reading: () => Promise<unknown>): Promise<void> => {
      await reading().catch((error: unknown) => ends.push(error))
    }
    const fileset = async () => (await db.getScan('odd')).getFileset('images')
    await attempt(async () => (await db.getScan('odd')).getMetadata())
    await attempt(async () => (await fileset()).getMetadata())
    await attempt(async () => (await (await fileset()).getFile('a')).getMetadata())
    await attempt(async () => (await (await fileset()).getFile('a')).read())
    await attempt(async () => (await (await fileset()).getFile('a')).digest())
    const good = await (await db.getScan('good')).getFileset('images')
    expect(Buffer.from(await (await good.getFile('a')).read()).toString()).toBe('a')
    return ends
  }

  test.each([
    'odd/files.json',
    'odd/images/a.txt',
    'odd/metadata/metadata.json',
    'odd/metadata/images.json',
    'odd/metadata/images/a.json',
  ])('in the place of %s is refused by name', async (place) => {
    const ends = await refusals(place)
    expect(ends.length).toBeGreaterThan(0)
    for (const end of ends)
      expect(end).toMatchObject({
        code: expect.stringMatching(/^store\//),
        message: expect.stringContaining(join(root, place)),
      })
  })

  test('in the place of the marker makes no database', async () => {
    rmSync(join(root, 'romidb'))
    await put(join(root, 'romidb'))
    expect(FSDB.isDatabase(root)).toBe(false)
    await expect(FSDB.open(root)).rejects.toMatchObject({ code: 'store/not-a-database' })
    await expect(FSDB.create(root)).rejects.toMatchObject({ code: 'store/folder-not-empty' })
  })
})
