// What import is told of the scan itself, and what table and programs make of it.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { JsonObject } from '../../src/base/types.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { Desk } from '../support/command-line.ts'

let desk: Desk
beforeEach(async () => {
  desk = await Desk.make()
  await desk.write('photos/a.png', 'not looked at here')
})
afterEach(() => desk[Symbol.asyncDispose]())

const importing = (...options: readonly string[]) =>
  desk.romi(['import', 'photos', 'db/p', ...options])
const json = async (name: string) =>
  JSON.parse(await readFile(join(desk.folder, 'db/p/metadata', name), 'utf8')) as JsonObject
const scan = async () => (await FSDB.open(join(desk.folder, 'db'))).getScan('p')

test('plant, machine, day and space go where ROMI’s viewers look, and into the scan’s own metadata', async () => {
  const { code } = await importing(
    '--scan.object.species=Arabidopsis thaliana',
    '--scan.object.plant_id',
    '007',
    '--scan.hardware.frame=30profile v1',
    '--scan.unit=mm',
    '--date',
    '2026-05-03',
    '--workspace',
    'x=0:600,y=0:600,z=-200:300',
  )
  expect(code).toBe(0)
  const told = {
    object: { species: 'Arabidopsis thaliana', plant_id: '007' },
    hardware: { frame: '30profile v1' },
    acquisition_date: '2026-05-03 00:00:00',
    workspace: { x: [0, 600], y: [0, 600], z: [-200, 300] },
  }
  expect(await json('images.json')).toEqual(told)
  expect(await json('metadata.json')).toEqual({ ...told, unit: 'mm' })
})

test('said of a scan that is there, it is laid over what is known, map by map', async () => {
  await importing('--scan.object.species=x', '--scan.object.genotype=Col-0')
  expect((await importing('--scan.object.species=y')).code).toBe(0)
  expect(await json('images.json')).toEqual({ object: { species: 'y', genotype: 'Col-0' } })
})

test.each([
  ['2026-05-03 14:05:06', '2026-05-03 14:05:06'],
  ['2026-05-03 14:05', '2026-05-03 14:05:00'],
  ['2024-02-29T14:05:06.7+02:00', '2024-02-29 14:05:06'],
])('the date %s is kept as %s', async (typed, kept) => {
  expect((await importing('--date', typed)).code).toBe(0)
  expect((await json('images.json')).acquisition_date).toBe(kept)
})

test.each([
  ['a day that there is not', ['--date', '2026-02-30']],
  ['another way to write a date', ['--date', '3.5.2026']],
  ['an hour that there is not', ['--date', '2026-05-03 24:00']],
  ['a date under its own key', ['--scan.acquisition_date=May']],
  ['a box without z', ['--workspace', 'x=0:600,y=0:600']],
  ['a box upside down', ['--workspace', 'x=0:600,y=0:600,z=300:-200']],
  ['a box in words', ['--workspace', 'large']],
  ['a key that is empty', ['--scan.object.=x']],
  ['a key without a value', ['--scan.object.species']],
  ['a key before another option', ['--scan.object.species', '--date', '2026-05-03']],
])('%s is refused, and nothing is made', async (_, options) => {
  expect((await importing(...options)).code).toBe(2)
  expect(FSDB.isDatabase(join(desk.folder, 'db'))).toBe(false)
})

test('programs see what the photographs’ metadata tell; steps see the scan’s own alone', async () => {
  await importing('--scan.object.species=own', '--scan.unit=cm')
  await using db = await FSDB.open(join(desk.folder, 'db'))
  await db.connect()
  const images = await (await db.getScan('p')).getFileset('images')
  await images.setMetadata({ object: { species: 'seen' }, channels: ['rgb'] })
  expect(await (await scan()).getMetadata()).toEqual({ object: { species: 'seen' }, unit: 'cm' })
  expect(await (await scan()).ownMetadata()).toEqual({ object: { species: 'own' }, unit: 'cm' })
  expect(await db.getScans({ object: { species: 'seen' } })).toHaveLength(1)
})

test('table takes metadata of the scan as columns, and says which no scan has', async () => {
  for (const [id, metadata] of Object.entries<JsonObject>({
    p1: { object: { genotype: 'Col-0', age: 12 } },
    p2: {},
  })) {
    await desk.scan(id, { 'a.txt': 'leaf' })
    await using db = await FSDB.open(join(desk.folder, 'db'))
    await db.connect()
    const scan = await db.getScan(id)
    await scan.setMetadata(metadata)
    const found = await scan.createFileset('found')
    await (await found.createFile('organs')).write(Buffer.from('organ,angle\n1,137\n'), 'csv')
  }
  await desk.write('p.toml', '[Count.romi]\nadopt = "found"\n')
  const withColumns = ['--with', 'object.genotype', '--with', 'object.age', '--with', 'day']
  const { code, out, err } = await desk.romi(['table', 'Count', 'p.toml', 'db', ...withColumns])
  expect(code).toBe(0)
  expect(out).toBe(
    'scan,object.genotype,object.age,day,organ,angle\np1,Col-0,12,,1,137\np2,,,,1,137\n',
  )
  expect(err).toContain('no scan says day')
})

test('cameras of another tool stand with the photographs, also with those that were there', async () => {
  const turn = [
    [1, 0, 0, 4],
    [0, -1, 0, 5],
    [0, 0, -1, 6],
  ]
  const lens = { w: 20, h: 10, fl_x: 30, cx: 10, cy: 5 }
  const told = { ...lens, frames: [{ file_path: './photos/a.png', transform_matrix: turn }] }
  await desk.write('transforms.json', JSON.stringify(told))
  await importing()
  const { code, out } = await importing('--cameras', 'transforms.json')
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('1 with a camera') })
  const images = await (await scan()).getFileset('images')
  expect(await (await images.getFile('a')).getMetadata('camera')).toEqual({
    camera_model: { model: 'PINHOLE', width: 20, height: 10, params: [30, 30, 10, 5] },
    rotmat: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    tvec: [-4, -5, -6],
  })
  await desk.write('transforms.json', JSON.stringify({ ...told, fl_x: 31 }))
  expect((await importing('--cameras', 'transforms.json')).out).toContain('replaced: a')
  await desk.write('transforms.json', JSON.stringify({ ...told, frames: [] }))
  const refused = await importing('--cameras', 'transforms.json')
  expect(refused.code).not.toBe(0)
  expect(refused.err).toContain('transforms.json')
})
