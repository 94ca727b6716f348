// romi-run import: photographs into a scan, new or there already, and corrections of organs.
import { existsSync } from 'node:fs'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { Desk, realTasks } from '../support/command-line.ts'

let desk: Desk
beforeEach(async () => {
  desk = await Desk.make()
})
afterEach(() => desk[Symbol.asyncDispose]())

async function photographs(names: readonly string[]): Promise<void> {
  await mkdir(join(desk.folder, 'photos'))
  const pixel = sharp({ create: { width: 2, height: 2, channels: 3, background: 'green' } })
  const bytes = await pixel.png().toBuffer()
  for (const name of names) await writeFile(join(desk.folder, 'photos', name), bytes)
}

const scanOf = async (id: string) => (await FSDB.open(join(desk.folder, 'db'))).getScan(id)

describe('import into a scan that is there', () => {
  const files = async (fileset = 'images') =>
    (await (await (await scanOf('p')).getFileset(fileset)).fileIds()).toSorted()

  test('takes in what is new; the same file twice is nothing', async () => {
    await photographs(['a.png', 'b.png', '.hidden.png', '._a.png'])
    await desk.romi(['import', 'photos/a.png', 'db/p', '--set', 'channel=rgb'])
    expect(await files()).toEqual(['a'])
    const { code, out } = await desk.romi(['import', 'photos', 'db/p', '--set', 'shot=2'])
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('1 new') })
    const images = await (await scanOf('p')).getFileset('images')
    expect(Object.fromEntries(await images.filesMetadata())).toEqual({
      a: { channel: 'rgb' },
      b: { shot: 2 },
    })
    expect((await desk.romi(['import', 'photos/a.png', 'photos/b.png', 'db/p'])).code).toBe(0)
    expect(await files()).toEqual(['a', 'b'])
  })

  test('refuses other bytes under the same name, and then takes in nothing', async () => {
    await photographs(['a.png', 'b.png'])
    await desk.romi(['import', 'photos/a.png', 'db/p'])
    await desk.write('photos/a.png', 'other')
    const { code, err } = await desk.romi(['import', 'photos', 'db/p'])
    expect(code).toBe(20)
    expect(err).toContain('a.png')
    expect(await files()).toEqual(['a'])
  })

  test('takes in what was copied into its folder by hand, and makes filesets that it has not', async () => {
    await photographs(['a.png', 'b.png'])
    await desk.romi(['import', 'photos/a.png', 'db/p'])
    await copyFile(join(desk.folder, 'photos/b.png'), join(desk.folder, 'db/p/images/b.png'))
    expect((await desk.romi(['import', 'db/p/images', 'db/p'])).code).toBe(0)
    expect(await files()).toEqual(['a', 'b'])
    expect((await desk.romi(['import', 'photos', 'db/p', '--fileset', 'depth'])).code).toBe(0)
    expect(await files('depth')).toEqual(['a', 'b'])
  })

  test('goes on beside a run on another scan; the scan of one is waited for', async () => {
    await photographs(['a.png'])
    await desk.romi(['import', 'photos', 'db/p'])
    await using other = new FSDB(join(desk.folder, 'db'))
    await other.connect({ share: true })
    await other.takeScan('p')
    expect((await desk.romi(['import', 'photos', 'db/q'])).code).toBe(0)
    expect((await desk.romi(['import', 'photos', 'db/p'])).code).toBe(10)
    const waiting = desk.romi(['import', 'photos', 'db/p', '--wait'])
    await other.letGoOfScan('p')
    expect((await waiting).code).toBe(0)
  })
})

describe('import of corrections of organs', () => {
  const list = (id: string): string =>
    JSON.stringify({ version: 1, corrections: [{ id, do: 'remove', at: [1, 2, 3] }] })
  const take = (file: string) => desk.romi(['import', file, 'db/p'], realTasks)
  const there = async () =>
    (await (await (await scanOf('p')).getFileset('corrections')).getFile('organs')).read()
  beforeEach(async () => {
    await photographs(['a.png'])
    await desk.romi(['import', 'photos', 'db/p'])
    await desk.write('mine.json', list('thread'))
  })

  test('takes a list that was written in an editor, and never another in its place', async () => {
    expect(await take('mine.json')).toMatchObject({ code: 0, err: '' })
    expect(String(await there())).toBe(list('thread'))
    expect((await take('mine.json')).code).toBe(0)
    await desk.write('mine.json', list('other'))
    const refused = await take('mine.json')
    expect([refused.code, refused.err]).toEqual([20, expect.stringContaining('organs.json')])
    expect(String(await there())).toBe(list('thread'))
  })

  test('takes in one that lies where it belongs, which status tells of until then', async () => {
    await desk.write('db/p/corrections/organs.json', list('thread'))
    await desk.write('db/p/corrections/organs.json~', 'of an editor')
    await desk.write('geom.toml', '[OrganCorrections]\n[Masks]\n')
    const status = await desk.romi(['status', 'geom.toml', 'db/p', '--json'], realTasks)
    expect(JSON.parse(status.out)).toMatchObject({
      notes: [{ note: 'unlisted', fileset: 'corrections', files: ['organs.json', 'organs.json~'] }],
    })
    expect((await take('db/p/corrections/organs.json')).code).toBe(0)
    expect(String(await there())).toBe(list('thread'))
    expect(await (await (await scanOf('p')).getFileset('corrections')).fileIds()).toEqual([
      'organs',
    ])
  })

  test('says which entry is wrong, and takes nothing into a scan that is not there', async () => {
    await desk.write('wrong.json', list('no good id'))
    const { code, err } = await take('wrong.json')
    expect([code, err]).toEqual([2, expect.stringContaining('entry 1')])
    expect(await (await scanOf('p')).hasFileset('corrections')).toBe(false)
    expect((await desk.romi(['import', 'mine.json', 'db/q'], realTasks)).code).toBe(20)
    expect((await desk.romi(['import', 'none.json', 'db/p'], realTasks)).code).toBe(2)
  })
})

describe('import', () => {
  test('copies the pictures of a folder, with metadata by name from a CSV', async () => {
    await photographs(['b.png', 'a.PNG', 'notes.txt'])
    await desk.write(
      'poses.csv',
      'file;x;y;z;pan;tilt;shot_id;note\na.PNG;1;2;3.5;90;0;7;"so ""far"""\nb;4;5;6;;;8;\n',
    )
    const args = ['import', 'photos', 'db/plant_01', '-m', 'poses.csv', '--set', 'channel=rgb']
    expect(await desk.romi(args, realTasks)).toMatchObject({ code: 0, err: '' })
    const images = await (await scanOf('plant_01')).getFileset('images')
    expect((await images.fileIds()).toSorted()).toEqual(['a', 'b'])
    expect(Object.fromEntries(await images.filesMetadata())).toEqual({
      a: { channel: 'rgb', shot_id: 7, note: 'so "far"', approximate_pose: [1, 2, 3.5, 90, 0] },
      b: { channel: 'rgb', shot_id: 8, approximate_pose: [4, 5, 6] },
    })
  })

  test('takes numbers of poses as spreadsheets write them, or says which is none', async () => {
    await photographs(['a.png', 'b.png'])
    await desk.write('poses.csv', 'file,x,y,z\na,.5,+12.50,007\nb,,,\n')
    expect((await desk.romi(['import', 'photos', 'db/p', '-m', 'poses.csv'])).code).toBe(0)
    const metadata = (await (await scanOf('p')).getFileset('images')).filesMetadata()
    expect(Object.fromEntries(await metadata)).toEqual({
      a: { approximate_pose: [0.5, 12.5, 7] },
      b: {},
    })
    for (const [rows, what] of [
      ['a;1;2,5;3.5\n', /comma in line 2.*point in line 2/],
      ['a;1;2 5;3\n', /2 5.*line 2.*y/],
      ['a;1;2;\n', /a.*z is missing/],
      ['a;1;2;3\na;1;2;4\n', /a twice/],
    ] as const) {
      await desk.write('wrong.csv', `file;x;y;z\n${rows}`)
      const { code, err } = await desk.romi(['import', 'photos', 'db/q', '-m', 'wrong.csv'])
      expect([code, err]).toEqual([2, expect.stringMatching(what)])
    }
  })

  test('refuses a CSV without column names, and makes no scan', async () => {
    await photographs(['a.png', 'b.png'])
    await desk.write('poses.csv', 'a.png,1,2,3\nb.png,4,5,6\n')
    const { code, err } = await desk.romi(['import', 'photos', 'db/p', '-m', 'poses.csv'])
    expect(code).toBe(2)
    expect(err).toContain('column names')
    expect((await desk.romi(['import', 'photos', 'db/p'])).code).toBe(0)
  })

  test('takes metadata from JSON, and lists from numbered columns', async () => {
    await photographs(['a.png'])
    await desk.write('m.json', '{ "a.png": { "camera": { "fx": 2 } } }')
    await desk.romi(['import', 'photos', 'plant_01', '-d', 'db', '-m', 'm.json'])
    await desk.write('m.csv', 'file,pose.0,pose.1\na,1,2\n')
    await desk.romi(['import', 'photos', 'db/plant_02', '-m', 'm.csv'])
    const metadata = async (scan: string) =>
      (await (await (await scanOf(scan)).getFileset('images')).getFile('a')).getMetadata()
    expect(await metadata('plant_01')).toEqual({ camera: { fx: 2 } })
    expect(await metadata('plant_02')).toEqual({ pose: [1, 2] })
  })

  test('tells how many photographs have a pose, in which range, whatever the headings’ case and unit', async () => {
    await photographs(['a.png', 'b.png', 'c.png'])
    await desk.write(
      'm.csv',
      'FILE;X (cm);y;Z [mm];Pan;tilt_deg\na;7,5;1;2;0;0\nb;67,5;1;2;354;5\n',
    )
    const { out, err } = await desk.romi(['import', 'photos', 'db/p', '-m', 'm.csv'], realTasks)
    expect(out).toContain('2 with a pose: x 75…675 mm, y 1 mm, z 2 mm, pan 0…354°, tilt 0…5°')
    expect(err).toBe('')
    const metadata = await (await (await scanOf('p')).getFileset('images')).filesMetadata()
    expect([...metadata.values()]).toEqual([
      { approximate_pose: [75, 1, 2, 0, 0] },
      { approximate_pose: [675, 1, 2, 354, 5] },
      {},
    ])
  })

  test('tells how many photographs have a camera, under which key, and what is wrong with one', async () => {
    await photographs(['a.png', 'b.png', 'c.png'])
    const camera = (f: number) => ({
      camera_model: { model: 'SIMPLE_PINHOLE', width: 64, height: 48, params: [f, 32, 24] },
      rotmat: [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      tvec: [0, 0, 9],
    })
    const all = { 'a.png': { lens: camera(60) }, 'b.png': { lens: camera(-60) }, 'c.png': {} }
    await desk.write('m.json', JSON.stringify(all))
    const { out, err } = await desk.romi(['import', 'photos', 'db/p', '-m', 'm.json'], realTasks)
    expect(out).toContain(
      '2 with a camera, SIMPLE_PINHOLE of 64 × 48 pixels: camera_metadata = "lens"',
    )
    expect(err).toBe(
      'the camera of b.png cannot be used: its focal length f is -60; it must be above 0 (pixels)\n',
    )
  })

  test('doubts pans that all lie within ±2π, and turns those that are told in radians', async () => {
    await photographs(['a.png', 'b.png'])
    await desk.write('m.csv', 'file,x,y,z,pan,tilt\na,1,2,3,0,0\nb,4,5,6,3.1,0\n')
    expect((await desk.romi(['import', 'photos', 'db/p', '-m', 'm.csv'])).err).toContain('radians')
    await desk.write(
      'm.csv',
      'file,x,y,z,pan (rad),tilt\na,1,2,3,0,0\nb,4,5,6,3.141592653589793,0\n',
    )
    const { out, err } = await desk.romi(['import', 'photos', 'db/q', '-m', 'm.csv'], realTasks)
    expect(out).toContain('pan 0…180°')
    expect(err).toBe('')
  })

  test.each([
    ['file,pose.1,pose.2,pose.3\na,1,2,3\n', /pose\.1.*line 1.*pose\.0/],
    ['file,pose.0,pose.1\na,1,north\n', /"north" in line 2, column "pose\.1"/],
    ['file,pose.0,pose.1\na,,1\n', /line 2/],
    ['file,x,X,y,z\na,1,2,3,4\n', /"x" and "X"/],
    ['file,x,y,z,pan (gon)\na,1,2,3,4\n', /gon/],
    ['file,k,\na,1,2\n', /without a name/],
    ['file,k\na,1\n,2\n', /no file in line 3/],
  ])('refuses %j with the place', async (text, message) => {
    await photographs(['a.png'])
    await desk.write('m.csv', text)
    const { code, err } = await desk.romi(['import', 'photos', 'db/p', '-m', 'm.csv'])
    expect([code, err]).toEqual([2, expect.stringMatching(message)])
  })

  test('takes values as they are meant: decimal commas, old code pages, digits behind zeros', async () => {
    await photographs(['a.png'])
    await desk.write('m.csv', 'file;height;plot;pose.1;pose.0;__proto__.0\na;12,5;007;2;1;x\n')
    await desk.romi(['import', 'photos', 'db/p', '-m', 'm.csv'])
    const of = async (scan: string) =>
      JSON.stringify(
        await (await (await (await scanOf(scan)).getFileset('images')).getFile('a')).getMetadata(),
      )
    expect(JSON.parse(await of('p'))).toEqual(
      JSON.parse('{"__proto__": ["x"], "height": 12.5, "plot": "007", "pose": [1, 2]}'),
    )
    await writeFile(join(desk.folder, 'l1.csv'), Buffer.from('file,espèce\na,épi\n', 'latin1'))
    await desk.romi(['import', 'photos', 'db/q', '-m', 'l1.csv'])
    expect(JSON.parse(await of('q'))).toEqual({ espèce: 'épi' })
    await desk.write('bom.json', '\uFEFF{"a.png": {"k": 1}}')
    await desk.romi(['import', 'photos', 'db/r', '-m', 'bom.json'])
    expect(JSON.parse(await of('r'))).toEqual({ k: 1 })
  })

  test('finds names whose accents are composed by those that are not, and the other way', async () => {
    await photographs(['été.png'.normalize('NFD'), 'blé.png'.normalize('NFC')])
    await desk.write(
      'm.csv',
      `file,k\n${'été'.normalize('NFC')},1\n${'blé.png'.normalize('NFD')},2\n`,
    )
    const { code, out } = await desk.romi(['import', 'photos', 'db/p', '-m', 'm.csv'])
    expect([code, out]).toEqual([0, expect.not.stringContaining('without metadata')])
  })

  test('goes to the home folder that ~ stands for, where no shell has said so', async () => {
    await photographs(['a.png'])
    vi.stubEnv('HOME', join(desk.folder, 'home'))
    await mkdir(join(desk.folder, 'home'))
    expect((await desk.romi(['import', 'photos', '~/db/p'])).code).toBe(0)
    expect(existsSync(join(desk.folder, 'home', 'db', 'p', 'images', 'a.png'))).toBe(true)
    await desk.write('p.toml', '[romi]\ndatabase = "~/db"\n[Count]\n')
    expect((await desk.romi(['status', 'p.toml'])).out).toContain('p')
    expect((await desk.romi(['import', 'photos', '~nobody/db/p'])).code).toBe(2)
    vi.unstubAllEnvs()
    expect(existsSync(join(desk.folder, '~'))).toBe(false)
  })

  test('names photographs of which the metadata say nothing', async () => {
    await photographs(['a.png', 'b.png'])
    await desk.write('m.csv', 'file,k\na.png,1\n')
    const { out } = await desk.romi(['import', 'photos', 'db/p', '-m', 'm.csv'])
    expect(out).toContain('2 photographs in')
    expect(out).toContain('without metadata of their own: b.png')
  })

  test('says so where a database, or a fileset, is named in the place of a scan', async () => {
    await photographs(['a.png'])
    await desk.romi(['import', 'photos', 'db/p'])
    expect(await desk.romi(['import', 'photos', 'db'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('db is a database: name the scan in it, such as db/plant_01'),
    })
    expect(await desk.romi(['import', 'photos', 'db/p/images'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('lies in the scan db/p: name that scan'),
    })
  })

  test('refuses a folder without pictures, metadata of strangers, and a scan that is there', async () => {
    await photographs(['a.png'])
    await desk.write('m.csv', 'file,k\nz.png,1\n')
    expect((await desk.romi(['import', 'photos', 'db/p', '-m', 'm.csv'])).code).toBe(2)
    await desk.write('empty/notes.txt', '')
    expect((await desk.romi(['import', 'empty', 'db/p'])).code).toBe(2)
    expect((await desk.romi(['import', 'absent', 'db/p'])).code).toBe(2)
    expect((await desk.romi(['import', 'photos', 'db/p'])).code).toBe(0)
    await desk.write('m.json', '{ "a.png": 3 }')
    expect((await desk.romi(['import', 'photos', 'db/q', '-m', 'm.json'])).code).toBe(2)
    expect((await desk.romi(['import', 'photos', 'b:c?', '-d', 'other'])).code).toBe(2)
    expect(existsSync(join(desk.folder, 'other'))).toBe(false)
    expect(await (await FSDB.open(join(desk.folder, 'db'))).scanIds()).toEqual(['p'])
  })
})
