// Averaging by blocks against averaging voxel by voxel.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dilateMask } from '../../../src/geometry/dilation.ts'
import { linearMask } from '../../../src/geometry/masks.ts'
import { average } from '../../../src/geometry/voxels/averaging.ts'
import { gridOf, type Grid } from '../../../src/geometry/voxels/grid.ts'
import { anyGrid, anyView, ringOfCameras } from '../../support/cameras.ts'
import { virtualShots } from '../../support/scans.ts'
import { sharedData } from '../../support/shared.ts'
import { averageByLoop, boxAround, cutOut, differing } from '../../support/voxel-loops.ts'

describe('averaging by blocks', () => {
  test.each([true, false])(
    'comes out as averaging each voxel alone, whatever the cameras (log: %s)',
    async (log) => {
      await fc.assert(
        fc.asyncProperty(anyGrid, fc.array(anyView, { maxLength: 7 }), async (grid, views) => {
          const { data } = await average(grid, views, log)
          expect(differing(data, averageByLoop(grid, views, log))).toBe(0)
        }),
        { numRuns: 200 },
      )
    },
  )

  const grid: Grid = { shape: [1, 1, 1], origin: [0, 0, 0], spacing: 1 }
  const seenAs = (...levels: number[]) =>
    ringOfCameras(levels.length, { radius: 9, height: 3, width: 8, focal: 20 }).map(
      (camera, n) => ({
        camera,
        mask: { width: 8, height: 8, channels: 1, data: new Uint8Array(64).fill(levels[n]) },
      }),
    )

  test('adds what the masks say, without dividing by their number', async () => {
    expect([...(await average(grid, seenAs(255, 51, 0), false)).data]).toEqual([Math.fround(1.2)])
  })

  test('averaging by blocks with log multiplies it, and never exceeds 1', async () => {
    expect((await average(grid, seenAs(255, 51, 102), true)).data[0]).toBeCloseTo(0.2 * 0.4, 6)
    expect((await average(grid, seenAs(255, 255), true)).data[0]).toBe(1)
    expect((await average(grid, seenAs(255, 0), true)).data[0]).toBeCloseTo(1e-10, 15)
    expect((await average(grid, seenAs(0, 0, 0, 0, 0), true)).data[0]).toBe(0)
  })

  test('averaging by blocks of voxels that no view shows is 0, with log 1', async () => {
    expect([...(await average(grid, [], false)).data]).toEqual([0])
    expect([...(await average(grid, [], true)).data]).toEqual([1])
  })
})

describe.skipIf(!sharedData)('on virtual_plant (../shared/data)', () => {
  test.each([true, false])('no voxel differs from a plain loop (log: %s)', async (log) => {
    const { shots, box } = await virtualShots(sharedData!)
    const views = shots.map(({ image, camera }) => ({
      camera,
      mask: dilateMask(linearMask(image, [0, 1, 0], 0.3), 1),
    }))
    const volume = await average(gridOf(box, 0.2), views, log, { threads: 2 })
    for (let n = 0; n < 12; n++) {
      const part = boxAround(volume, n, log ? 0.5 : 15)
      expect(differing(cutOut(volume, part), averageByLoop(volume, views, log, part))).toBe(0)
    }
  })
})
