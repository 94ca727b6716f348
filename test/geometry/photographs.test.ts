// Photographs of one plant: the same ones, in their order, whoever takes them.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import type { Effort } from '../../src/geometry/parallel.ts'
import { poseAt, standsAlong } from '../../src/geometry/render/camera-path.ts'
import type { RenderedView } from '../../src/geometry/render/render.ts'
import { photographs, type ViewToTake } from '../../src/geometry/render/views.ts'
import { arabidopsis } from '../../src/geometry/virtual-plant/parameters.ts'
import { virtualPlant } from '../../src/geometry/virtual-plant/virtual-plant.ts'

const { mesh } = virtualPlant({ ...arabidopsis, organs: 5, rosetteLeaves: 2, detail: 0.5 })
const stands = standsAlong({ is: 'circle', centre: [0, 0], radius: 250, z: 60, tilt: 5, views: 9 })
const lens = { model: 'PINHOLE', width: 96, height: 80, params: [90, 90, 48, 40] } as const
const views = stands.map((stand, i): ViewToTake => ({
  camera: { ...lens, ...poseAt(stand) },
  stream: i,
}))
const wall = { colour: [60, 60, 70], contrast: 0.5, blotch: 8, seed: 3 } as const
const how = { samples: 2, closed: true, background: wall, noise: 4, labels: true, seed: 1 }

async function taken(effort: Effort, worthThreads?: number): Promise<RenderedView[]> {
  const all: RenderedView[] = []
  for await (const one of photographs(mesh, views, how, effort, worthThreads)) {
    all.push({ ...one, rgb: one.rgb.slice() })
    one.giveBack()
  }
  return all
}

test.each([
  [1, 'that may be used at any time', 0],
  [2, 'that are used at once', 0],
  [3, 'that are used at once', 0],
  [3, 'that are never worth it', Infinity],
])('with %d threads %s, photographs are those of one', async (threads, _, worth) => {
  const alone = await taken({})
  const together = await taken({ threads }, worth)
  expect(together).toHaveLength(9)
  together.forEach((photograph, i) => {
    expect(Buffer.compare(photograph.rgb, alone[i].rgb)).toBe(0)
    expect(Buffer.compare(photograph.background, alone[i].background)).toBe(0)
    expect([...photograph.labels.keys()]).toEqual([...alone[i].labels.keys()])
  })
})

/** Times that memory is collected: one that began before what it is to find was let go of may keep that. */
const COLLECTIONS = 20

/** How many photographs are still in memory before the last one, though all were given back. */
async function kept(background: typeof how.background | typeof wall.colour, worthThreads: number) {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void // that is what the flag exposes
  const given: WeakRef<object>[] = []
  let count = 0
  for await (const one of photographs(mesh, views, { ...how, background }, {}, worthThreads)) {
    given.push(new WeakRef(one.rgb))
    one.giveBack()
    if (given.length < views.length) continue
    for (let i = 0; i < COLLECTIONS; i++) {
      await new Promise((resolve) => setTimeout(resolve)) // until then what was made is held
      collect()
    }
    count = new Set(given.map((of) => of.deref()).filter((rgb) => rgb !== undefined)).size
  }
  return count
}

test('what was given back is let go of where it is not taken again', async () => {
  expect(await kept(wall, Infinity)).toBe(1)
  expect(await kept(wall.colour, Infinity)).toBeLessThan(4)
  expect(await kept(wall, 0)).toBeLessThan(4)
})
