// The principal point of the lens, estimated once all poses are found.
import { describe, expect, test } from 'vitest'
import { made, saidBy, scan } from '../../support/colmap-scan.ts'
import { offBy, refinedByColmap } from '../../support/installed-colmap.ts'
import { has } from '../../support/programs.ts'
import { nameOf, ringModel, stands } from '../../support/ring-model.ts'

const middle = { across: 500 }

describe('the principal point', () => {
  const lensIn = async (rig: Awaited<ReturnType<typeof scan>>['rig']) => {
    const { 1: lens } = (await made(rig, 'cameras')) as Record<string, { params: number[] }>
    return lens.params.slice(2, 4)
  }

  test('is taken where matches agree with it far better than with the middle of the image', async () => {
    const { rig } = await scan({
      models: [ringModel({ across: 490 }, middle)],
      adjusted: ringModel({ across: 490 }),
    })
    const ran = await rig.run('[Colmap]')
    expect(ran.code).toBe(0)
    expect(await lensIn(rig)).toEqual([490, 375])
    expect(saidBy(ran, 'info')).toContain('10.0 pixels off the middle')
  })

  test('stays the middle of the image where another explains matches hardly better', async () => {
    const { rig } = await scan({
      models: [ringModel(middle)],
      adjusted: ringModel(middle, { across: 500.02 }),
    })
    await rig.run('[Colmap]')
    expect(await lensIn(rig)).toEqual([500, 375])
  })

  test('stays as it is where nobody wishes it to be estimated, and where COLMAP fails at it', async () => {
    const models = [ringModel({ across: 490 }, middle)]
    const { rig, colmap } = await scan({ models, adjusted: ringModel({ across: 490 }) })
    await rig.run('[Colmap]\nrefine_principal_point = false\nrefine_distortion = false')
    expect(await lensIn(rig)).toEqual([500, 375])
    expect(colmap.calls().map(({ command }) => command)).not.toContain('bundle_adjuster')
    const failing = await scan({
      models,
      adjusted: ringModel({ across: 490 }),
      fails: ['bundle_adjuster'],
    })
    const ran = await failing.rig.run('[Colmap]')
    expect(ran.code).toBe(0)
    expect(await lensIn(failing.rig)).toEqual([500, 375])
    expect(saidBy(ran, 'warn')).toContain('principal point')
  })
})

describe.skipIf(!has('colmap'))('COLMAP itself', () => {
  test('finds the principal point of a lens that looks past its middle, and better poses by it', async () => {
    const model = await refinedByColmap(ringModel({ across: 490 }, middle))
    const [lens] = model.cameras
    const [, across, down] = lens.params
    expect(Math.abs(across - 490)).toBeLessThan(1)
    // level cameras on a circle tell nothing of it
    expect(down).toBe(375)
    // nor is a distortion taken for it
    expect(lens.model).toBe('SIMPLE_RADIAL')
    expect(offBy(model, { across: 490 })).toBeLessThan(0.2)
    expect(new Set(model.images.map(({ name }) => name))).toEqual(
      new Set(stands.map((_, i) => nameOf(i))),
    )
  })
})
