// The second coefficient of radial distortion, estimated once all poses are found.
import { describe, expect, test } from 'vitest'
import { made, saidBy, scan } from '../../support/colmap-scan.ts'
import { offBy, refinedByColmap } from '../../support/installed-colmap.ts'
import { has } from '../../support/programs.ts'
import { ringModel, type RingLens } from '../../support/ring-model.ts'

/** As the mapper sees it: SIMPLE_RADIAL. */
const simple = { across: 500, k: [-0.05, 0] } as const
/** What it is. */
const bent = { across: 500, k: [-0.05, -0.2] } as const
const sees = (seen: RingLens, told: RingLens) => [ringModel(seen, told)]

describe('a second coefficient of distortion', () => {
  const lensIn = async (rig: Awaited<ReturnType<typeof scan>>['rig']) => {
    const { 1: lens } = (await made(rig, 'cameras')) as Record<
      string,
      { model: string; params: number[] }
    >
    return lens
  }

  test('is taken where matches agree with it far better, and stands in the lens that is written', async () => {
    const { rig, colmap } = await scan({ models: sees(bent, simple), bent: ringModel(bent) })
    const ran = await rig.run('[Colmap]')
    expect(ran.code).toBe(0)
    expect(await lensIn(rig)).toMatchObject({
      model: 'OPENCV',
      params: [900, 900, 500, 375, -0.05, -0.2, 0, 0],
    })
    expect(saidBy(ran, 'info')).toContain('k2 = -0.200')
    // and the principal point is looked for with it
    expect(colmap.calls().filter(({ command }) => command === 'bundle_adjuster')).toHaveLength(3)
  })

  test('is 0 where it explains matches hardly better', async () => {
    const hardly = { across: 500, k: [-0.05, -0.0004] } as const
    const { rig } = await scan({ models: sees(simple, simple), bent: ringModel(simple, hardly) })
    await rig.run('[Colmap]')
    expect((await lensIn(rig)).params.slice(4, 6)).toEqual([-0.05, 0])
  })

  test('is 0 where nobody wishes it to be estimated, and of another model of the lens', async () => {
    const found = { models: sees(bent, simple), bent: ringModel(bent) }
    const { rig, colmap } = await scan(found)
    await rig.run('[Colmap]\nrefine_distortion = false')
    expect((await lensIn(rig)).params.slice(4, 6)).toEqual([-0.05, 0])
    expect(colmap.calls().filter(({ command }) => command === 'bundle_adjuster')).toHaveLength(1)
    const own = { across: 500, k: [-0.05, -0.1] } as const
    const radial = await scan({ models: sees(bent, own), bent: ringModel(bent) })
    await radial.rig.run('[Colmap]\ncamera_model = "RADIAL"')
    expect((await lensIn(radial.rig)).params.slice(4, 6)).toEqual(own.k)
  })

  test('is 0 where COLMAP fails at it, with a warning', async () => {
    const models = sees(bent, simple)
    const { rig } = await scan({ models, bent: ringModel(bent), fails: ['bundle_adjuster'] })
    const ran = await rig.run('[Colmap]')
    expect(ran.code).toBe(0)
    expect((await lensIn(rig)).params.slice(4, 6)).toEqual([-0.05, 0])
    expect(saidBy(ran, 'warn')).toContain('k2')
  })
})

describe.skipIf(!has('colmap'))('COLMAP itself', () => {
  test('finds the second coefficient of a lens that has one, and better poses by it', async () => {
    const model = await refinedByColmap(ringModel(bent, simple))
    const [lens] = model.cameras
    expect(lens.model).toBe('RADIAL')
    const [, , , k1, k2] = lens.params
    expect([k1, k2]).toEqual([expect.closeTo(-0.05, 1), expect.closeTo(-0.2, 1)])
    expect(offBy(model, bent)).toBeLessThan(0.2)
  })

  test.each([1, 2, 3])(
    'leaves it 0 of a lens that has none, and looks past its middle: draw %i',
    async (seed) => {
      const past = { across: 490, k: [-0.05, 0] } as const
      const model = await refinedByColmap(ringModel(past, simple, seed))
      expect(model.cameras[0].model).toBe('SIMPLE_RADIAL')
    },
  )
})
