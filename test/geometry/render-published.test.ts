// The renderer, against the published pictures of a virtual plant.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import type { Camera } from '../../src/geometry/camera.ts'
import { photographed } from '../../src/geometry/render/render.ts'
import { meshBuilder, type LabelledMesh } from '../../src/geometry/virtual-plant/labelled-mesh.ts'
import { sharedData } from '../support/shared.ts'

describe.skipIf(!sharedData)('the published pictures of a virtual plant', () => {
  const folder = join(sharedData ?? '', 'virtual_plant')

  /** The plant in its scan's frame: (x, y, z) of the file is the scan's (x, −z, y). */
  function publishedPlant(): LabelledMesh {
    const fileset = readdirSync(folder).find((name) => name.startsWith('VirtualPlant')) ?? ''
    const builder = meshBuilder()
    for (const line of readFileSync(join(folder, fileset, 'VirtualPlant.obj'), 'utf8').split(
      '\n',
    )) {
      const [word, ...values] = line.split(' ')
      if (word === 'o') builder.part(values[0])
      if (word === 'v') builder.vertex(Number(values[0]), -Number(values[2]), Number(values[1]))
      if (word !== 'f') continue
      const corners = values.map((value) => Number.parseInt(value) - 1)
      for (let k = 2; k < corners.length; k++)
        builder.triangle(corners[0], corners[k - 1], corners[k])
    }
    return builder.mesh()
  }

  function publishedCamera(shot: string): Camera {
    const metadata = JSON.parse(
      readFileSync(join(folder, 'metadata', 'images', `${shot}_rgb.json`), 'utf8'),
    ) as { camera: { camera_model: Camera; rotmat: number[][]; tvec: Camera['tvec'] } } // as ROMI writes it
    const { camera_model: model, rotmat, tvec } = metadata.camera
    return { ...model, rotmat: rotmat.flat(), tvec }
  }

  test('the published pictures of a virtual plant are found again to a fraction of a pixel, though its stems are one or two pixels wide', async () => {
    const plant = publishedPlant()
    for (const shot of ['00000', '00005', '00011']) {
      const file = join(folder, 'images', `${shot}_fruit.png`)
      const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true })
      const overlap = (dx: number, dy: number): number => {
        const { params, ...rest } = publishedCamera(shot)
        const moved = [params[0], params[1], params[2] + dx, params[3] + dy, 0, 0, 0, 0]
        const mask = photographed(plant, { ...rest, params: moved }).labels.get('fruit')
        let [both, either] = [0, 0]
        mask?.forEach((value, p) => {
          const published = data[p * info.channels] > 127
          if (value > 127 && published) both++
          if (value > 127 || published) either++
        })
        return both / either
      }
      const exact = overlap(0, 0)
      expect(exact).toBeGreaterThan(0.75)
      for (const [dx, dy] of [
        [0.3, 0],
        [-0.3, 0],
        [0, 0.3],
        [0, -0.3],
      ])
        expect(overlap(dx, dy)).toBeLessThan(exact - 0.02)
    }
  })
})
