// Masks that take the background for plant are told with their cause.
import { expect, test } from 'vitest'
import { wrongMasks } from '../../tasks/voxels/wrong-masks.ts'

const size = 40

/** So many masks in which what a claim holds of is plant. */
const views = (count: number, isPlant: (x: number, y: number) => boolean) =>
  Array.from({ length: count }, () => ({
    mask: {
      width: size,
      height: size,
      channels: 1,
      data: Uint8Array.from({ length: size * size }, (_, i) =>
        isPlant(i % size, Math.floor(i / size)) ? 255 : 0,
      ),
    },
  }))
const plant = (x: number, y: number) => Math.abs(x - 20) < 3 && y > 5
/** The lower part of the picture. */
const landscape = (x: number, y: number) => y > 25 || plant(x, y)

test.each<[string, ReturnType<typeof views>, RegExp | undefined]>([
  ['a plant', views(6, plant), undefined],
  ['nine tenths of the picture', views(6, (x, y) => x > 3 || plant(x, y)), /show plant on 90 %/],
  ['a landscape behind the plant', views(6, landscape), /6 of 6 masks.* edge: a landscape/],
  ['one bad mask of many', [...views(5, plant), ...views(1, landscape)], undefined],
])('%s', (_, given, expected) => {
  const told = wrongMasks(given)
  if (expected) expect(told).toMatch(expected)
  else expect(told).toBeUndefined()
})
