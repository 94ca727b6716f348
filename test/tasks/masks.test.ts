// Masks: from photographs to black and white, and what it says of photographs that it cannot take.
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { io } from '../../src/index.ts'
import { runTask } from '../../src/testing/index.ts'
import { images } from '../../tasks/artifacts/images.ts'
import task from '../../tasks/masks.ts'
import { scanRig } from '../support/scan-rig.ts'
import { filesInput, outcomeOf } from '../support/task-context.ts'

/** Four pixels: green, dark green, red, black. */
const leaf: io.Image = {
  width: 2,
  height: 2,
  channels: 3,
  depth: 8,
  data: Uint8Array.of(10, 250, 10, 0, 100, 0, 200, 20, 20, 0, 0, 0),
}

/** The values of the mask of one photograph, or what was thrown. */
async function maskOf(photograph: io.Image | Uint8Array, params = {}) {
  const upstream_task = await filesInput(images, { one: { value: photograph } })
  const [file] = upstream_task.files
  const value = await upstream_task.read(file)
  return outcomeOf<io.Image>(task, { upstream_task }, params, { file, value })
}

describe('Masks', () => {
  test('writes a grey PNG of 0 and 255 for each photograph, under its id', async () => {
    const made = await runTask<io.Image>(task, {
      inputs: { upstream_task: { a: leaf, b: leaf } },
      params: { threshold: 0.3 },
    })
    expect([...made.bytes.keys()]).toEqual(['a.png', 'b.png'])
    expect([...(made.files.get('a')?.data ?? [])]).toEqual([255, 255, 0, 0])
    const png = await sharp(made.bytes.get('a.png')).metadata()
    expect(png).toMatchObject({ channels: 1, depth: 'uchar', width: 2, height: 2 })
    await made.expectIncremental()
  })

  test.each([
    ['linear', { threshold: 0.5 }, [255, 0, 0, 0]],
    ['linear, red', { parameters: [1, 0, 0], threshold: 0.5 }, [0, 0, 255, 0]],
    ['linear, grown', { threshold: 0.5, dilation: 1 }, [255, 255, 255, 0]],
    ['excess green', { type: 'excess_green', threshold: 0.5 }, [255, 255, 0, 0]],
  ])('%s', async (_, params, expected) => {
    expect([...(await maskOf(leaf, params)).value.data]).toEqual(expected)
  })

  test('says which mask is empty, and which is full', async () => {
    expect((await maskOf(leaf, { threshold: 1 })).warnings).toEqual([
      expect.stringContaining('one.png'),
    ])
    expect((await maskOf(leaf, { threshold: -1 })).warnings).toHaveLength(1)
    expect((await maskOf(leaf)).warnings).toEqual([])
  })

  const bytesOf = (image: io.Image) => io.imageCodec().encode(image)
  test.each([
    ['a grey one', { ...leaf, channels: 1, data: new Uint8Array(4) } as const],
    ['one of 16 bits', { ...leaf, depth: 16, data: new Uint16Array(12) } as const],
    ['one that is to be shown turned', { ...leaf, orientation: 6 }],
  ])('refuses %s by name', async (_, photograph) => {
    await expect(maskOf(photograph)).rejects.toMatchObject({
      code: 'task/unusable-image',
      facts: { file: 'one.png' },
    })
  })

  test('a landscape behind the plant, and a photograph unlike the others, are told', async () => {
    const size = 40
    const photograph = (isBright: (x: number, y: number) => boolean): io.Image => ({
      width: size,
      height: size,
      channels: 3,
      depth: 8,
      data: Uint8Array.from({ length: 3 * size * size }, (_, i) => {
        const pixel = Math.floor(i / 3)
        return isBright(pixel % size, Math.floor(pixel / size)) ? 200 : 10
      }),
    })
    const plant = photograph((x, y) => Math.abs(x - 20) < 2 && y > 5)
    const landscape = photograph((x, y) => y > 24 || (Math.abs(x - 20) < 2 && y > 5))
    const lamp = photograph((x, y) => x < 22 && y > 5 && y < 39 && x > 0)
    const upstream_task = { a: plant, b: plant, c: landscape, d: plant, e: lamp }
    const { checks } = await runTask(task, { inputs: { upstream_task } })
    const broken = Object.fromEntries(
      checks.map(({ check, broken }) => [check, broken.map(({ file }) => file)]),
    )
    expect(broken).toMatchObject({ plant_share: ['c', 'e'], edge_share: ['c'] })
    const { message } = checks.find(({ check }) => check === 'edge_share')!
    expect(message).toMatch(/a landscape.*raise threshold/)
  })

  test('refuses one that is cut off, by name', async () => {
    const whole = await bytesOf({ ...leaf, width: 200, height: 100, data: noise(60000) })
    await expect(maskOf(whole.slice(0, 4000))).rejects.toMatchObject({
      code: 'io/unreadable',
      facts: { where: 'one.png' },
    })
  })

  test('masks carry on what is known of their photographs, and how they were made', async () => {
    const rig = await scanRig({
      images: { a: { image: leaf, metadata: { channel: 'rgb', pose: [1, 2, 3] } } },
    })
    const { ran, code } = await rig.run(`
      [Masks]
      upstream_task = "ImagesFilesetExists"
      query = "{\\"channel\\":\\"rgb\\"}"
      parameters = "[0, 1, 0]"
      binarize = true
      threshold = 0.3
    `)
    expect([ran, code]).toEqual([['Masks'], 0])
    const [id] = await rig.filesets('Masks')
    const metadata = await rig.write(async (db) => {
      const fileset = await (await db.getScan('plant')).getFileset(id)
      return (await fileset.getFile('a')).getMetadata()
    })
    expect(metadata).toMatchObject({
      channel: 'rgb',
      pose: [1, 2, 3],
      Masks: { filter: 'linear', linear_coeff: [0, 1, 0], threshold: 0.3, dilation: 0 },
    })
  })
})

function noise(length: number): Uint8Array {
  let seed = 1
  return Uint8Array.from(
    { length },
    () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) >>> 24,
  )
}

test('stalks of a pixel are told, unless dilation widens them; where little else is left, always', async () => {
  const size = 100
  const isStalk = (x: number) => x % 25 === 12
  const picture = (isPlant: (x: number) => boolean): io.Image => {
    const data = Uint8Array.from({ length: 3 * size * size }, (_, i) =>
      isPlant(Math.floor(i / 3) % size) ? 200 : 10,
    )
    return { width: size, height: size, channels: 3, depth: 8, data }
  }
  const broken = async (a: io.Image, dilation: number) => {
    const { checks } = await runTask(task, {
      inputs: { upstream_task: { a } },
      params: { dilation },
    })
    return checks.flatMap(({ check, is }) => (is === 'broken' ? [check] : []))
  }
  const leafy = picture((x) => isStalk(x) || (x > 40 && x < 53))
  expect(await broken(leafy, 0)).toEqual(['stalk_width'])
  expect(await broken(leafy, 1)).toEqual([])
  expect(await broken(picture(isStalk), 1)).toEqual(['thread_share'])
})
