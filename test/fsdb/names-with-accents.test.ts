// Names with accents: composed (NFC) or taken apart (NFD, as macOS does), they name the same thing.
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { chooseScans } from '../../src/survey/scans.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('accents')
afterAll(() => rmSync(work, { recursive: true }))

test.each([
  ['taken apart', 'NFD', 'NFC'],
  ['composed', 'NFC', 'NFD'],
] as const)(
  'a scan, a fileset and a file stored %s are found by the other spelling',
  async (_, stored, asked) => {
    const root = join(work, stored)
    const [as, by] = [
      (name: string) => name.normalize(stored),
      (name: string) => name.normalize(asked),
    ]
    await using db = await FSDB.create(root)
    await db.connect()
    const scan = await db.createScan(as('épi_01'))
    const images = await scan.createFileset(as('été'))
    await (await images.createFile(as('à'))).write(new Uint8Array([1]), 'bin')

    expect(await db.hasScan(by('épi_01'))).toBe(true)
    const found = await db.getScan(by('épi_01'))
    expect(found.id).toBe(as('épi_01'))
    expect(await found.hasFileset(by('été'))).toBe(true)
    expect((await (await found.getFileset(by('été'))).getFile(by('à'))).id).toBe(as('à'))
    await expect(db.getScan(by('épi_02'))).rejects.toMatchObject({ code: 'store/scan-missing' })

    expect(await (await found.getFileset(by('été'))).hasFile(by('à'))).toBe(true)

    const chosen = await chooseScans([join(root, by('épi_01'))], undefined, work)
    expect(chosen.scans).toEqual([as('épi_01')])
  },
)

test.each([
  ['NFD', 'NFC'],
  ['NFC', 'NFD'],
] as const)(
  'what is stored %s is taken, let go and deleted by its name in %s',
  async (stored, asked) => {
    const root = join(work, `taken-${stored}`)
    const [as, by] = [
      (name: string) => name.normalize(stored),
      (name: string) => name.normalize(asked),
    ]
    {
      await using db = await FSDB.create(root)
      await db.connect()
      const images = await (await db.createScan(as('épi'))).createFileset(as('été'))
      await (await images.createFile(as('à'))).write(new Uint8Array([1]), 'bin')
      await expect(images.createFile(by('à'))).rejects.toMatchObject({ code: 'store/id-clash' })
      await expect(db.createScan(by('épi'))).rejects.toMatchObject({ code: 'store/id-clash' })
      await expect((await db.getScan('épi')).createFileset(by('été'))).rejects.toMatchObject({
        code: 'store/id-clash',
      })
    }
    const [db, other] = [new FSDB(root), new FSDB(root)]
    await db.connect({ share: true })
    await other.connect({ share: true })
    await db.reserveScan(by('épi'))
    await db.takeScan(by('épi'))
    await expect(other.takeScan(as('épi'))).rejects.toMatchObject({ code: 'store/locked' })
    const scan = await db.getScan(by('épi'))
    await (await scan.getFileset(by('été'))).deleteFile(by('à'))
    expect(await (await scan.getFileset(as('été'))).getFiles()).toEqual([])
    await scan.deleteFileset(by('été'))
    expect(await scan.hasFileset(as('été'))).toBe(false)
    expect(readdirSync(join(root, as('épi'))).filter((name) => name === as('été'))).toEqual([])
    await db.letGoOfScan(by('épi'))
    await other.takeScan(as('épi'))
    await other.deleteScan(by('épi'))
    expect(await other.scanIds()).toEqual([])
    await Promise.all([db.disconnect(), other.disconnect()])
  },
)
