// The verbs that make and tidy a database: init, clean.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { parsePipeline } from '../../src/pipeline/parse.ts'
import { romiLibrary } from '../support/romi-tasks.ts'
import { Desk } from '../support/command-line.ts'

let desk: Desk
beforeEach(async () => {
  desk = await Desk.make()
})
afterEach(() => desk[Symbol.asyncDispose]())

const scanOf = async (id: string) => (await FSDB.open(join(desk.folder, 'db'))).getScan(id)

describe('init', () => {
  test('makes a database and a pipeline without mistakes, and keeps what is there', async () => {
    expect((await desk.romi(['init'])).code).toBe(0)
    const file = join(desk.folder, 'db', 'pipeline.toml')
    expect(parsePipeline(await readFile(file, 'utf8'), file, romiLibrary)).toMatchObject({
      is: 'ok',
      pipeline: { settings: {}, targets: ['Masks'], notes: [] },
    })
    expect(await (await FSDB.open(join(desk.folder, 'db'))).scanIds()).toEqual([])
    await desk.write('db/pipeline.toml', '# mine')
    expect((await desk.romi(['init', 'db'])).code).toBe(0)
    expect(await readFile(file, 'utf8')).toBe('# mine')
  })

  test('tells the next commands as a shell takes them', async () => {
    const { out } = await desk.romi(['init', 'meine Datenbank'])
    expect(out).toContain("romi-run 'meine Datenbank/pipeline.toml'")
  })

  test('makes no database of a folder that holds something else', async () => {
    await desk.write('full/notes.txt', '')
    expect((await desk.romi(['init', 'full'])).code).toBe(20)
  })
})

describe('clean', () => {
  const run = (...args: readonly string[]) => desk.romi([...args, '--executor', 'inline', '-q'])
  const filesets = async () =>
    (await (await scanOf('plant_01')).filesetIds()).map((id) => id.split('_')[0])

  beforeEach(async () => {
    await desk.write('p.toml', '[Upper]\n[Join]\n')
    await desk.scan('plant_01', { 'a.txt': 'leaf' }, { channel: 'rgb' })
    await (await connected()).createFileset('by_hand')
    await run('p.toml', 'db')
    await run('p.toml', 'db', '-s', 'Join.separator=-')
  })
  afterEach(async () => db?.disconnect())
  let db: FSDB | undefined
  async function connected() {
    db = new FSDB(join(desk.folder, 'db'))
    await db.connect()
    const scan = await db.getScan('plant_01')
    return {
      createFileset: async (id: string) => {
        await scan.createFileset(id)
        await scan.setMetadata({ species: 'Arabidopsis' })
        await db?.disconnect()
      },
    }
  }

  test('removes what tasks made, and never sources or metadata of people', async () => {
    expect((await desk.romi(['clean', 'db', '--yes'])).code).toBe(0)
    expect(await filesets()).toEqual(['images', 'by'])
    expect(await (await scanOf('plant_01')).getMetadata()).toEqual({ species: 'Arabidopsis' })
  })

  test('goes on when one scan was damaged meanwhile, and says which', async () => {
    await desk.scan('plant_00', { 'a.txt': 'leaf' }, { channel: 'rgb' })
    await run('p.toml', 'db/plant_00')
    const ask = async () => {
      await desk.write('db/plant_00/files.json', '{')
      return 'y'
    }
    const { code, err } = await desk.romi(['clean', 'db'], { ask })
    expect(code).toBe(20)
    expect(err).toMatch(/^plant_00 is not cleaned, or not wholly: .*files\.json/)
    expect(await filesets()).toEqual(['images', 'by'])
  })

  test('clean of what is superseded leaves the latest of each task', async () => {
    await desk.romi(['clean', 'db/plant_01', '--superseded', '--yes'])
    expect(await filesets()).toEqual(['images', 'by', 'Upper', 'Join'])
  })

  test('clean of one task removes its filesets only', async () => {
    await desk.romi(['clean', 'db', '--task', 'Join', '--yes'])
    expect(await filesets()).toEqual(['images', 'by', 'Upper'])
  })

  test('leaves what was changed by hand, and says so, unless told otherwise', async () => {
    const scan = await scanOf('plant_01')
    const [upper] = (await scan.filesetIds()).filter((id) => id.startsWith('Upper'))
    await desk.write(`db/plant_01/${upper}/a.txt`, 'Leaf')
    const { code, out } = await desk.romi(['clean', 'db', '--yes'])
    expect(code).toBe(0)
    expect(out).toContain(`${upper} stays: changed by hand: a.txt`)
    expect(await filesets()).toEqual(['images', 'by', 'Upper'])
    await desk.romi(['clean', 'db', '--yes', '--edited'])
    expect(await filesets()).toEqual(['images', 'by'])
  })

  test('leaves what people put into a fileset, listed or not, and the metadata they set', async () => {
    const scan = await scanOf('plant_01')
    const [upper] = (await scan.filesetIds()).filter((id) => id.startsWith('Upper'))
    await desk.write(`db/plant_01/${upper}/notes.txt`, 'mine')
    await using db = await FSDB.open(join(desk.folder, 'db'))
    await db.connect()
    const fileset = await (await db.getScan('plant_01')).getFileset(upper)
    await (await fileset.getFile('a')).setMetadata({ checked: true })
    await fileset.setMetadata({ reviewed_by: 'me' })
    await db.disconnect()
    const { out } = await desk.romi(['clean', 'db', '--yes'])
    expect(out).toContain(
      `${upper} stays: put there: notes.txt; metadata set of a; metadata set of the fileset`,
    )
    expect(await filesets()).toEqual(['images', 'by', 'Upper'])
  })

  test('leaves a replaced fileset with a correction that lives nowhere else', async () => {
    const scan = await scanOf('plant_01')
    const [join_] = (await scan.filesetIds()).filter((id) => id.startsWith('Join'))
    await desk.write(`db/plant_01/${join_}/text.txt`, 'own words')
    await using db = await FSDB.open(join(desk.folder, 'db'))
    await db.connect()
    await (await db.getScan('plant_01')).retireFileset(join_)
    await db.disconnect()
    const { out } = await desk.romi(['clean', 'db', '--leftovers', '--yes'])
    expect(out).toContain('stays: changed by hand: text.txt')
    expect(await scan.retired()).toHaveLength(1)
    await desk.romi(['clean', 'db', '--leftovers', '--yes', '--edited'])
    expect(await scan.retired()).toEqual([])
  })

  test('clean of a damaged scan beside others cleans the others', async () => {
    await desk.scan('plant_02', { 'a.txt': 'leaf' }, {})
    await desk.write('db/plant_02/files.json', '{')
    const { code, err } = await desk.romi(['clean', 'db', '--yes'])
    expect(code).toBe(20)
    expect(err).toContain('plant_02 is left as it is')
    expect(await filesets()).toEqual(['images', 'by'])
  })

  test('asks first: "no" removes nothing, "yes" does, and without anybody to ask it refuses', async () => {
    const before = await filesets()
    const answer = (text: string) => ({ ask: () => Promise.resolve(text) })
    expect((await desk.romi(['clean', 'db'], answer(''))).code).toBe(0)
    expect((await desk.romi(['clean', 'db'])).code).toBe(2)
    expect(await filesets()).toEqual(before)
    expect((await desk.romi(['clean', 'db'], answer('y\n'))).code).toBe(0)
    expect(await filesets()).toEqual(['images', 'by'])
  })
})
