// Reconstructions as files: written as ROMI's tools read them, and read again; the picture of positions.
import { describe, expect, test } from 'vitest'
import { io } from '../../../src/index.ts'
import { drawPositions } from '../../../tasks/artifacts/camera-positions.ts'
import { cameras } from '../../../tasks/artifacts/cameras.ts'
import { asOpencv, reconstruction } from '../../../tasks/artifacts/reconstruction.ts'
import { circleOf, modelOf } from '../../support/colmap-models.ts'
import { memoryFileset } from '../../support/memory-fileset.ts'

const ring = circleOf(3)
const model = modelOf({ 'a.jpg': ring[0], 'b.jpg': ring[1], 'c.jpg': ring[2] })

describe('a reconstruction', () => {
  test('a reconstruction is read as it was written, points in the order of their ids', async () => {
    const memory = memoryFileset()
    await reconstruction.write({ model }, memory.output)
    const again = (await reconstruction.read(memory.input('Colmap'))).model
    expect(again.images).toEqual(model.images)
    expect([...again.points3D.ids]).toEqual([3, 7, 12, 90])
    expect([...again.points3D.tracks]).toEqual([1, 1, 1, 0, 2, 0, 2, 1])
    expect([...again.points3D.xyz.subarray(3, 6)]).toEqual([...model.points3D.xyz.subarray(0, 3)])
  })

  test('a reconstruction is read as cameras by the steps that want these alone', async () => {
    const memory = memoryFileset()
    await reconstruction.write({ model }, memory.output)
    const { intrinsics, shots } = await cameras.read(memory.input('Colmap'))
    expect(intrinsics).toHaveLength(1)
    expect([...shots.keys()]).toEqual(['a.jpg', 'b.jpg', 'c.jpg'])
    expect(shots.get('b.jpg')?.tvec).toEqual(model.images[1].tvec)
  })
})

test.each([
  ['SIMPLE_PINHOLE', [9, 4, 3], [9, 9, 4, 3, 0, 0, 0, 0]],
  ['PINHOLE', [9, 8, 4, 3], [9, 8, 4, 3, 0, 0, 0, 0]],
  ['SIMPLE_RADIAL', [9, 4, 3, 0.1], [9, 9, 4, 3, 0.1, 0, 0, 0]],
  ['RADIAL', [9, 4, 3, 0.1, 0.2], [9, 9, 4, 3, 0.1, 0.2, 0, 0]],
  ['OPENCV', [9, 8, 4, 3, 1, 2, 3, 4], [9, 8, 4, 3, 1, 2, 3, 4]],
])('%s is OPENCV with what it does not have at 0', (name, params, expected) => {
  const lens = asOpencv({ id: 1, model: name, width: 8, height: 6, params })
  expect(lens).toEqual({ id: 1, model: 'OPENCV', width: 8, height: 6, params: expected })
})

test('a lens that OPENCV cannot describe stays what it is', () => {
  const fisheye = {
    id: 1,
    model: 'OPENCV_FISHEYE',
    width: 8,
    height: 6,
    params: [9, 9, 4, 3, 1, 1, 1, 1],
  }
  expect(asOpencv(fisheye)).toEqual(fisheye)
})

describe('the picture of positions', () => {
  const photograph = (file: string, more: object) => ({ ref: { file }, isCorrect: true, ...more })

  test('names the photographs whose pose is wrong or missing, and only those', () => {
    const picture = io.renderSvg(
      drawPositions([
        photograph('good', { scanner: [0, 0, 0], estimated: [1, 0, 0] }),
        photograph('wrong', { scanner: [5, 0, 0], estimated: [9, 9, 0], isCorrect: false }),
        photograph('lost', { scanner: [0, 5, 0], isCorrect: false }),
      ]),
    )
    expect(picture).toContain('wrong')
    expect(picture).toContain('lost')
    expect(picture).not.toContain('good')
  })

  test('the picture of positions can be drawn of whatever is known', () => {
    expect(() => io.renderSvg(drawPositions([]))).not.toThrow()
    expect(() => io.renderSvg(drawPositions([photograph('a', {})]))).not.toThrow()
    const alone = [photograph('a', { estimated: [1, 2, 3] })]
    expect(io.renderSvg(drawPositions(alone, 'mm'))).toContain('mm')
  })
})
