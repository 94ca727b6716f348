// Every change of the store, with the disk failing or stopping at each of its operations.
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ErrorCode } from '../../src/base/codes.ts'
import { isRomiError } from '../../src/base/errors.ts'
import { jsonEqual } from '../../src/base/json.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { FaultyDisk, type Fault } from '../support/faulty-disk.ts'
import { scratchFolder } from '../support/scratch.ts'
import { contents, leftovers, signedBytes } from '../support/whole.ts'

const work = scratchFolder('faults')
const template = join(work, 'template')
const outside = ['x', 'y'].map((name) => join(work, `${name}.txt`))
const before = { plant: { a: ['f0', 'f1'], b: ['f0'] } }

beforeAll(async () => {
  for (const path of outside) writeFileSync(path, signedBytes(path))
  await using db = await FSDB.create(template)
  await db.connect()
  const scan = await db.createScan('plant', { species: 'Arabidopsis' })
  for (const [id, files] of Object.entries(before.plant)) {
    const draft = await scan.draft(id)
    for (const file of files)
      await draft.writeFile(file, signedBytes(`${id} ${file}`), 'txt', { id })
    await draft.setMetadata({ made: 'before' })
    await draft.publish(id)
  }
})
afterAll(() => rmSync(work, { recursive: true }))

/** What a user does, and what is listed when it was done. */
interface Case {
  readonly act: (db: FSDB) => Promise<unknown>
  readonly after: Record<string, Record<string, readonly string[]>>
}

async function publishNew(db: FSDB, id: string, options?: { replace: boolean }): Promise<void> {
  const draft = await (await db.getScan('plant')).draft('Masks')
  for (const file of ['m0', 'm1'])
    await draft.writeFile(file, signedBytes(`${id} ${file}`), 'txt', { id })
  await draft.setMetadata({ made: 'now' })
  await draft.publish(id, options)
}
const fileset = async (db: FSDB, id: string) => (await db.getScan('plant')).getFileset(id)

const cases: Record<string, Case> = {
  'publishing a draft': {
    act: (db) => publishNew(db, 'c'),
    after: { plant: { ...before.plant, c: ['m0', 'm1'] } },
  },
  'replacing a fileset': {
    act: (db) => publishNew(db, 'a', { replace: true }),
    after: { plant: { a: ['m0', 'm1'], b: ['f0'] } },
  },
  'retiring a fileset': {
    act: async (db) => (await db.getScan('plant')).retireFileset('a'),
    after: { plant: { b: ['f0'] } },
  },
  'deleting a fileset': {
    act: async (db) => (await db.getScan('plant')).deleteFileset('a'),
    after: { plant: { b: ['f0'] } },
  },
  'creating a fileset': {
    act: async (db) => (await db.getScan('plant')).createFileset('c', { made: 'now' }),
    after: { plant: { ...before.plant, c: [] } },
  },
  'importing files': {
    act: async (db) => (await fileset(db, 'b')).importFiles(outside, { metadata: { from: 'out' } }),
    after: { plant: { ...before.plant, b: ['f0', 'x', 'y'] } },
  },
  'creating a scan with its files': {
    act: async (db) =>
      db.createScan('new', {}, [{ id: 'images', files: outside, metadata: { from: 'out' } }]),
    after: { ...before, new: { images: ['x', 'y'] } },
  },
  'writing a new file': {
    act: async (db) =>
      (await (await fileset(db, 'b')).createFile('n')).write(signedBytes('n'), 'txt'),
    after: { plant: { ...before.plant, b: ['f0', 'n'] } },
  },
  'writing a file again under another extension': {
    act: async (db) =>
      (await (await fileset(db, 'b')).getFile('f0')).write(signedBytes('f'), 'bin'),
    after: before,
  },
  'deleting a file': {
    act: async (db) => (await fileset(db, 'a')).deleteFile('f1'),
    after: { plant: { ...before.plant, a: ['f0'] } },
  },
  'setting metadata': {
    act: async (db) => (await fileset(db, 'a')).setMetadata({ made: 'later' }),
    after: before,
  },
  'moving filesets to the end': {
    act: async (db) => (await db.getScan('plant')).moveToEnd([(await fileset(db, 'a')).id]),
    after: before,
  },
  'creating a scan': {
    act: (db) => db.createScan('other', { species: 'Tomato' }),
    after: { ...before, other: {} },
  },
  'deleting a scan': { act: (db) => db.deleteScan('plant'), after: {} },
}

let turn = 0
/** @returns whether the fault came; `work` looks at the database and what was thrown */
async function withFault(
  { act }: Case,
  n: number,
  fault: Fault,
  code: string,
  look: (root: string, db: FSDB, error: unknown, faulty: FaultyDisk) => Promise<void>,
): Promise<boolean> {
  const root = join(work, `db${turn++}`)
  cpSync(template, root, { recursive: true })
  const faulty = new FaultyDisk()
  const db = new FSDB(root, { disk: faulty.disk })
  await db.connect()
  faulty.arm(n, fault, code)
  let thrown: unknown
  try {
    await act(db)
  } catch (error) {
    thrown = error
  }
  const { isSprung } = faulty
  faulty.disarm()
  await look(root, db, thrown, faulty)
  await db.disconnect().catch(() => undefined)
  expect(db.owner()).toBe(undefined)
  rmSync(root, { recursive: true })
  return isSprung
}

describe.each(Object.entries(cases))('%s', (_, one) => {
  test.each(['stops', 'stops torn'] as const)(
    'that %s at any operation is done or not done after the next writer, and never half',
    async (fault) => {
      let n = 1
      for (; ; n++) {
        const isSprung = await withFault(one, n, fault, '', async (root, db) => {
          // A reader, before anybody cleans up.
          expect((await contents(root)).wrong).toEqual([])
          await db.disconnect().catch(() => undefined)
          await using next = new FSDB(root)
          await next.connect()
          const { listed, wrong } = await contents(root)
          expect(wrong).toEqual([])
          expect([before, one.after]).toContainEqual(listed)
          expect(await leftovers(root)).toEqual([])
        })
        if (!isSprung) break
      }
      expect(n).toBeGreaterThan(4)
    },
  )

  test.each([
    ['fails', 'ENOSPC', 'store/disk-full'],
    ['tears', 'ENOSPC', 'store/disk-full'],
    ['fails after', 'EIO', 'store/disk-error'],
  ] as const)(
    'whose disk %s once (%s) tells so, loses nothing and can be done again',
    (fault, code, told) => failsWell(one, fault, code, told),
  )
})

test.each([
  ['fails', 'EACCES', 'store/no-permission'],
  ['fails', 'EMFILE', 'store/too-many-open-files'],
  ['fails', 'EROFS', 'store/read-only'],
] as const)(
  'publishing whose disk %s once (%s) tells so and can be done again',
  (fault, code, told) => failsWell(cases['publishing a draft'], fault, code, told),
)

async function failsWell(one: Case, fault: Fault, code: string, told: ErrorCode): Promise<void> {
  for (let n = 1; ; n++) {
    const isSprung = await withFault(one, n, fault, code, async (root, db, error) => {
      if (error) expect(isRomiError(error, told)).toBe(true)
      const { listed, wrong } = await contents(root)
      expect(wrong).toEqual([])
      // A change that was refused is not there; one that was done is.
      expect([before, one.after]).toContainEqual(listed)
      if (!jsonEqual(before, one.after)) expect(listed).toEqual(error ? before : one.after)
      if (error) await one.act(db)
      expect((await contents(root)).listed).toEqual(one.after)
      await db.disconnect()
      await using next = new FSDB(root)
      await next.connect()
      expect(await leftovers(root)).toEqual([])
      expect((await contents(root)).listed).toEqual(one.after)
    })
    if (!isSprung) return
  }
}
