// File by file: what a run that was killed has finished is taken up by the next, and nothing else is.
import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Draft } from '../../../src/fsdb/draft.ts'
import { FSDB } from '../../../src/fsdb/fsdb.ts'
import { ChildRun, type Ended } from '../../support/child-run.ts'
import { differences, published } from '../../support/published.ts'
import { scratchFolder } from '../../support/scratch.ts'
import { asking } from './asking.ts'
import { makePlant, photograph } from './plant.ts'

const work = scratchFolder('per-file')
let template = ''
beforeAll(async () => {
  template = await makePlant(join(work, 'template'), 60)
})
afterAll(() => rmSync(work, { recursive: true }))

let copies = 0
function copyOf(database: string): string {
  const root = join(work, `db${copies++}`)
  cpSync(database, root, { recursive: true, preserveTimestamps: true })
  return root
}

const remembered = new Map<string, string>()
/** The same for all tests that ask for it: each may change its copy only. */
async function once(name: string, make: () => Promise<string>): Promise<string> {
  const known = remembered.get(name) ?? (await make())
  remembered.set(name, known)
  return known
}

/** The database of a run that killed itself when it had finished 37 of 60 files. */
async function killedAt37(): Promise<string> {
  const database = await once('killed', async () => {
    const root = copyOf(template)
    const { signal } = await new ChildRun(asking(root, '[Upper]', { killedAfter: 37 })).ended
    expect(signal).toBe('SIGKILL')
    return root
  })
  return copyOf(database)
}

const runOn = (root: string, pipeline = '[Upper]'): Promise<Ended> =>
  new ChildRun(asking(root, pipeline)).ended

/** How many files were made, and how many were there. */
const filesOf = ({ told }: Ended) => told.find((event) => event.is === 'started')?.files

/** What a run publishes that nobody disturbs. */
async function undisturbed(pipeline = '[Upper]'): Promise<Record<string, string>> {
  const database = await once(pipeline, async () => {
    const root = copyOf(template)
    await runOn(root, pipeline)
    return root
  })
  return published(database)
}

/** The folder of the one draft. */
async function draftOf(root: string): Promise<string> {
  const [{ path }] = await (await (await FSDB.open(root)).getScan('plant')).drafts()
  return path
}

/** The id of a finished file of the one draft; another one may lie there that was not finished. */
async function finishedIn(root: string): Promise<string> {
  const files = await (await Draft.openAt(await draftOf(root))).finished()
  return files[5].id
}

test('killed after 37 of 60 files, 23 are left', async () => {
  const root = await killedAt37()
  const ended = await runOn(root)
  expect(filesOf(ended)).toEqual({ make: 23, reuse: 37 })
  expect(differences(published(root), await undisturbed())).toEqual([])
})

test('a photograph that was added meanwhile is one more', async () => {
  const root = await killedAt37()
  await photograph(root, 'photo_60', 'one more')
  expect(filesOf(await runOn(root))).toEqual({ make: 24, reuse: 37 })
})

test('a photograph that was taken away meanwhile is not made, nor kept', async () => {
  const root = await killedAt37()
  const gone = await finishedIn(root)
  await using db = new FSDB(root)
  await db.connect()
  const images = await (await db.getScan('plant')).getFileset('images')
  await images.deleteFile(gone)
  await db.disconnect()
  expect(filesOf(await runOn(root))).toEqual({ make: 23, reuse: 36 })
  expect(Object.keys(published(root)).filter((path) => path.includes('Upper'))).not.toContain(
    `${gone}.txt`,
  )
})

test('another variant takes nothing of it, and leaves it to its own', async () => {
  const root = await killedAt37()
  const other = '[Upper]\nsuffix = "!"\n'
  expect(filesOf(await runOn(root, other))).toEqual({ make: 60, reuse: 0 })
  expect(differences(published(root), await undisturbed(other))).toEqual([])
  expect(filesOf(await runOn(root))).toEqual({ make: 23, reuse: 37 })
})

test('a variant that differs in its selection alone takes the files that it selects', async () => {
  const root = await killedAt37()
  const one = await finishedIn(root)
  const selecting = `[Upper]\nquery = { shot = "${one}" }\n`
  expect(filesOf(await runOn(root, selecting))).toEqual({ make: 0, reuse: 1 })
})

test.each([
  ['changed', (path: string) => writeFileSync(path, 'x'.repeat(readFileSync(path).length))],
  ['cut off', (path: string) => writeFileSync(path, '')],
  ['longer', (path: string) => appendFileSync(path, 'x')],
  ['gone', (path: string) => rmSync(path)],
])('a finished file that is %s in the draft is made anew', async (_, damage) => {
  const root = await killedAt37()
  damage(join(await draftOf(root), 'files', `${await finishedIn(root)}.txt`))
  expect(filesOf(await runOn(root))).toEqual({ make: 24, reuse: 36 })
  expect(differences(published(root), await undisturbed())).toEqual([])
})

test.each([
  ['cut off', (path: string) => writeFileSync(path, '')],
  ['gone', (path: string) => rmSync(path)],
])('a file whose metadata is %s in the draft is made anew', async (_, damage) => {
  const root = await killedAt37()
  damage(join(await draftOf(root), 'metadata', `${await finishedIn(root)}.json`))
  expect(filesOf(await runOn(root))).toEqual({ make: 24, reuse: 36 })
  expect(differences(published(root), await undisturbed())).toEqual([])
})

test('a line that the kill tore off the journal costs one file', async () => {
  const root = await killedAt37()
  const journal = join(await draftOf(root), 'journal.ndjson')
  writeFileSync(journal, readFileSync(journal, 'utf8').slice(0, -10))
  expect(filesOf(await runOn(root))).toEqual({ make: 24, reuse: 36 })
  expect(differences(published(root), await undisturbed())).toEqual([])
})
