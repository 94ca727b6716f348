import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { globSync } from 'tinyglobby'
import { describe, expect, test } from 'vitest'
import {
  mtlCodec,
  objCodec,
  readMtl,
  readObj,
  writeMtl,
  writeObj,
  type ObjModel,
} from '../../src/io/obj/index.ts'
import { sharedData } from '../support/shared.ts'
import { decodedOrUnreadable, memoryFile } from './support.ts'

const decode = async (text: string) => objCodec.decode(Buffer.from(text), 'x')

const anyModel: fc.Arbitrary<ObjModel> = fc.integer({ min: 3, max: 12 }).chain((n) => {
  const vertices = fc
    .array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 3 * n,
      maxLength: 3 * n,
    })
    .map((values) => Float64Array.from(values, (value) => value + 0)) // text has no -0
  const triangle = fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: 0, max: n - 1 })))
  const part = fc.record(
    {
      name: fc.constantFrom('stem', 'leaf 1', 'fruit/2', 'é'),
      material: fc.constantFrom('green', 'red'),
      triangles: fc
        .array(triangle, { minLength: 1, maxLength: 6 })
        .map((triangles) => Uint32Array.from(triangles.flat())),
    },
    { noNullPrototype: true, requiredKeys: ['name', 'triangles'] },
  )
  const parts = fc.uniqueArray(part, {
    maxLength: 3,
    selector: ({ name, material }) => `${name}|${material}`,
  })
  return fc.record({ vertices, parts }, { noNullPrototype: true })
})

describe('OBJ', () => {
  test('every model comes back with its parts and materials', async () => {
    await fc.assert(
      fc.asyncProperty(anyModel, async (model) => {
        const file = memoryFile('model')
        await writeObj(file, model)
        expect(await readObj(file)).toStrictEqual(model)
      }),
    )
  })

  test('objects, groups, materials, polygons and negative indices are read', async () => {
    const model = await decode(`# a plant
mtllib plant one.mtl
o plant
g stem
v 0 0 0
v 1 0 0 1.0
v 1 1e0 0 0.5 0.5 0.5
v 0 1 0
vt 0 0
vn 0 0 1
usemtl green
s off
f 1/1/1 2//1 3/1 4
g leaf
f -4 -3 -2 # the first three
l 1 2
g stem
f 1 2 \\
  4
o other
f 4 3 2
`)
    expect(model).toEqual({
      vertices: Float64Array.of(0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0),
      parts: [
        {
          name: 'plant/stem',
          material: 'green',
          triangles: Uint32Array.of(0, 1, 2, 0, 2, 3, 0, 1, 3),
        },
        { name: 'plant/leaf', material: 'green', triangles: Uint32Array.of(0, 1, 2) },
        { name: 'other', material: 'green', triangles: Uint32Array.of(3, 2, 1) },
      ],
      materialFiles: ['plant one.mtl'],
    })
  })

  test.each([
    '',
    'v 0 0',
    'v 0 0 x',
    'v 0 0 0\nf 1 1 2',
    'v 0 0 0\nf 1 1 0',
    'v 0 0 0\nf 1 1',
    'v 0 0 0\nf 1 1 -2',
    'v 0 0 0\nf 1 1 1.5',
    'no model at all',
  ])('%j is unreadable', async (text) => {
    expect(await decodedOrUnreadable(objCodec, Buffer.from(text))).toBeUndefined()
  })

  test('parts of one name, and vertices that are not there, are not written', async () => {
    const part = { name: 'stem', triangles: Uint32Array.of(0, 0, 0) }
    const vertices = new Float64Array(3)
    for (const parts of [[part, part], [{ ...part, triangles: Uint32Array.of(0, 1, 0) }]])
      await expect(async () => objCodec.encode({ vertices, parts })).rejects.toMatchObject({
        code: 'io/unwritable',
      })
  })

  test('materials come back', async () => {
    const file = memoryFile('plant')
    const materials = [
      { name: 'leaf green', diffuse: [0, 0.5, 0.25], opacity: 0.5 },
      { name: 'stem', diffuse: [1, 0, 0] },
    ] as const
    await writeMtl(file, materials)
    expect(file.filename).toBe('plant.mtl')
    expect(await readMtl(file)).toEqual(materials)
    const text = 'newmtl a\nNs 900\n  Kd 1.0 0 0 # red\nillum 2\n'
    expect(await mtlCodec.decode(Buffer.from(text), 'x')).toEqual([
      { name: 'a', diffuse: [1, 0, 0] },
    ])
  })
})

describe.skipIf(!sharedData)('the virtual plant (skipped without the published scans)', () => {
  test('its four organs, with their materials, come as labelled parts', async () => {
    const [path = ''] = globSync('virtual_plant/VirtualPlant_*/VirtualPlant.obj', {
      cwd: sharedData ?? '',
    })
    const model = await objCodec.decode(readFileSync(join(sharedData ?? '', path)), path)
    expect(model.parts.map(({ name, material }) => [name, material])).toEqual([
      ['fruit_plant', 'fruit'],
      ['stem_plant.001', 'stem'],
      ['leaf_plant.002', 'leaf'],
      ['pedicel_plant.003', 'pedicel'],
    ])
    const triangles = model.parts.reduce((sum, part) => sum + part.triangles.length / 3, 0)
    expect(triangles).toBe(5695 + 2 * 26372)
  })
})
