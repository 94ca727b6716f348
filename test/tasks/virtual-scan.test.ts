// VirtualPlant and VirtualScan: from parameters to photographs that agree with the truth.
import { describe, expect, test } from 'vitest'
import { lensOf, project, type Camera } from '../../src/geometry/camera.ts'
import { arabidopsis } from '../../src/geometry/virtual-plant/parameters.ts'
import { defineTask, fileArtifact, files, io, param, type JsonObject } from '../../src/index.ts'
import type { InputFileset } from '../../src/task/artifact.ts'
import type { TaskContext } from '../../src/task/task.ts'
import { cameraOf as readCamera } from '../../tasks/artifacts/cameras.ts'
import { images } from '../../tasks/artifacts/images.ts'
import type { PlantModel } from '../../tasks/artifacts/virtual-plant.ts'
import { virtualPlantModel } from '../../tasks/artifacts/virtual-plant.ts'
import { virtualScan, type VirtualScan } from '../../tasks/artifacts/virtual-scan.ts'
import { tasks } from '../../tasks/index.ts'
import plantTask from '../../tasks/virtual-plant.ts'
import scanTask from '../../tasks/virtual-scan.ts'
import { memoryFileset, type MemoryFileset } from '../support/memory-fileset.ts'
import { Rig } from '../support/rig.ts'

type Values = Readonly<Record<string, unknown>>

/** What a task runs on: its defaults, changed as told. */
function contextFor(
  task: typeof plantTask,
  changes: Values,
  inputs: Values = {},
  threads = 1,
): TaskContext {
  const defaults = Object.entries(task.params).map(([name, { default: value }]) => [name, value])
  const context = {
    inputs,
    params: { ...Object.fromEntries(defaults), ...changes },
    log: { debug() {}, info() {}, warn() {} },
    progress() {},
    check() {},
    signal: new AbortController().signal,
    threads,
    scratch: () => Promise.reject(new Error('no scratch here')),
    exec: () => Promise.reject(new Error('no programs here')),
  }
  return context as TaskContext // of the task's own slots and parameters
}

async function grown(changes: Values = {}): Promise<MemoryFileset> {
  const fileset = memoryFileset()
  const model = (await plantTask.run(contextFor(plantTask, changes))) as PlantModel // its output
  await virtualPlantModel.write(model, fileset.output)
  return fileset
}

async function scanned(
  plant: MemoryFileset,
  changes: Values = {},
  threads = 1,
): Promise<MemoryFileset> {
  const input: InputFileset = plant.input('VirtualPlant')
  const slot = { ...input, read: () => virtualPlantModel.read(input) }
  const small = { n_points: 4, width: 240, height: 320, ...changes }
  const context = contextFor(scanTask, small, { upstream_task: slot }, threads)
  const fileset = memoryFileset()
  await virtualScan.write((await scanTask.run(context)) as VirtualScan, fileset.output) // its output
  return fileset
}

const few = { organs: 6, rosette_leaves: 3, flowers: 2, detail: 0.5, seed: 3 }

const metadataOf = (fileset: MemoryFileset, id: string): JsonObject =>
  fileset.files.get(id)?.metadata ?? {}

/** The camera as ROMI's metadata tells it. */
function cameraOf(scan: MemoryFileset, id: string): Camera {
  const { camera } = metadataOf(scan, id) as unknown as {
    camera: { camera_model: Camera; rotmat: number[][]; tvec: Camera['tvec'] }
  }
  const { camera_model: model, rotmat, tvec } = camera
  return { ...model, rotmat: rotmat.flat(), tvec }
}

const pixelsOf = async (scan: MemoryFileset, id: string): Promise<io.Image> =>
  io.readImage(scan.input('VirtualScan').file(id))

describe('VirtualPlant', () => {
  test('VirtualPlant has a parameter for everything that shapes a plant, with its default', () => {
    const names = Object.keys(arabidopsis).map((name) =>
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    )
    const own = Object.keys(plantTask.params).filter(
      (name) => !['angles', 'internodes', 'stem_length'].includes(name),
    )
    expect(own.sort()).toEqual(names.sort())
    for (const [name, value] of Object.entries(arabidopsis)) {
      const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
      expect(plantTask.params[snake].default, snake).toBe(value)
    }
  })

  test('writes VirtualPlant.obj with its materials, and the truth in its metadata', async () => {
    const angles = [100, 140, 150, 120, 200]
    const internodes = [20, 10, 12, 8, 9]
    const plant = await grown({ ...few, angles, internodes })
    expect([...plant.files].map(([id, { extension }]) => `${id}.${extension}`)).toEqual([
      'VirtualPlant.obj',
      'VirtualPlant_mtl.mtl',
    ])
    const truth = plant.files.get('VirtualPlant')?.metadata
    expect(truth?.internodes).toEqual(internodes.map((v) => expect.closeTo(v, 6)))
    expect(truth?.angles).toEqual(angles.map((v) => expect.closeTo(v, 0)))
    expect(truth).toMatchObject({ unit: 'mm', angle_unit: 'degree' })
    expect(truth?.insertions).toHaveLength(6)
    expect(plant.metadata()).toEqual({ unit: 'mm' })
  })

  test('its OBJ stands as ROMI’s do: y is up, and labels begin the names of objects', async () => {
    const model = await io.readObj((await grown(few)).input('VirtualPlant').file('VirtualPlant'))
    const heights = model.vertices.filter((_, i) => i % 3 === 1)
    expect(Math.max(...heights)).toBeGreaterThan(80)
    const labels = new Set(model.parts.map((part) => part.name.split('_')[0]))
    expect([...labels].sort()).toEqual(['flower', 'fruit', 'leaf', 'pedicel', 'stem'])
  })

  test('VirtualPlant is read again in the scan’s frame, part by part', async () => {
    const task = (await plantTask.run(contextFor(plantTask, few))) as PlantModel // its output
    const read = await virtualPlantModel.read((await grown(few)).input('VirtualPlant'))
    expect(read.mesh.parts).toEqual(task.mesh.parts)
    expect(read.mesh.triangles).toEqual(task.mesh.triangles)
    const off = read.mesh.vertices.map((v, i) => Math.abs(v - task.mesh.vertices[i]))
    expect(Math.max(...off)).toBeLessThan(1e-5)
    expect(read.unit).toBe('mm')
  })

  test('parameters that no plant can have are told by the name they have in the file', () => {
    const run = () => plantTask.run(contextFor(plantTask, { organs: 4, angles: [137] }))
    expect(run).toThrow(expect.objectContaining({ code: 'task/wrong-parameter' }))
  })
})

describe('VirtualScan', () => {
  test('writes each channel of each view, and says so', async () => {
    const scan = await scanned(await grown(few))
    const channels = ['rgb', 'stem', 'pedicel', 'fruit', 'leaf', 'flower', 'background']
    expect(scan.metadata()).toMatchObject({ channels, unit: 'mm' })
    const expected = [0, 1, 2, 3].flatMap((shot) => channels.map((name) => `0000${shot}_${name}`))
    expect([...scan.files.keys()].sort()).toEqual(expected.sort())
    const { metadata, extension } = scan.files.get('00002_leaf') ?? {}
    expect(extension).toBe('png')
    expect(metadata).toMatchObject({ channel: 'leaf', shot_id: '000002' })
    expect(metadata?.approximate_pose).toHaveLength(5)
  })

  test('the whole plant is in every picture, and fills it well', async () => {
    const scan = await scanned(await grown(few))
    for (const shot of [0, 1, 2, 3]) {
      const { data, width, height } = await pixelsOf(scan, `0000${shot}_background`)
      const seen = [...data.keys()].filter((p) => data[p] < 255)
      const rows = seen.map((p) => Math.floor(p / width))
      expect(Math.min(...rows)).toBeGreaterThan(0)
      expect(Math.max(...rows)).toBeLessThan(height - 1)
      expect(Math.max(...rows) - Math.min(...rows)).toBeGreaterThan(0.6 * height)
    }
  })

  test.each([
    ['an ideal lens', [0, 0, 0, 0]],
    ['a lens that bends', [-0.2, 0.05, 0.001, -0.001]],
    ['k1 and k2 alike', [-0.2, -0.2, 0, 0]],
  ])(
    'with %s, the cameras of VirtualScan put each true insertion point on the stem',
    async (_, distortion) => {
      const plant = await grown(few)
      const scan = await scanned(plant, { distortion })
      const read = readCamera(scan.input('VirtualScan').file('00000_rgb'), 'camera')
      expect(lensOf(read)).toMatchObject({ k: [...distortion.slice(0, 2), 0] })
      const insertions = plant.files.get('VirtualPlant')?.metadata?.insertions as [
        number,
        number,
        number,
      ][]
      for (const shot of [0, 1, 2, 3]) {
        const camera = cameraOf(scan, `0000${shot}_rgb`)
        const { data, width } = await pixelsOf(scan, `0000${shot}_background`)
        for (const point of insertions) {
          const [u, v] = project(camera, point) ?? [0, 0]
          // the axis lies in the middle of a stem some two pixels wide
          expect(data[Math.floor(v) * width + Math.floor(u)]).toBeLessThan(128)
        }
      }
    },
  )

  test('its bounding box holds the plant, with a little room', async () => {
    const plant = await grown(few)
    const { mesh } = await virtualPlantModel.read(plant.input('VirtualPlant'))
    const box = (await scanned(plant)).metadata().bounding_box as unknown as Record<
      'x' | 'y' | 'z',
      [number, number]
    >
    ;(['x', 'y', 'z'] as const).forEach((axis, k) => {
      const values = mesh.vertices.filter((_, i) => i % 3 === k)
      expect(box[axis][0]).toBeCloseTo(Math.min(...values) - 2, 6)
      expect(box[axis][1]).toBeCloseTo(Math.max(...values) + 2, 6)
    })
  })

  test.each([
    { pose_noise: 2 },
    { position_noise: 2 },
    { focal_error: 2 },
    { focal_error: -2, distortion: [0.1, 0.1, 0, 0] },
  ])('%j moves the pictures but not the cameras that they are said to have', async (error) => {
    const plant = await grown(few)
    const ideal = Object.fromEntries(Object.keys(error).map((key) => [key, 0]))
    const still = await scanned(plant, {
      ...error,
      ...ideal,
      distortion: error.distortion ?? [0, 0, 0, 0],
    })
    const shaken = await scanned(plant, error)
    expect(cameraOf(shaken, '00001_rgb')).toEqual(cameraOf(still, '00001_rgb'))
    const bytes = (scan: MemoryFileset) => Buffer.from(scan.files.get('00001_rgb')?.bytes ?? [])
    expect(bytes(shaken).equals(bytes(still))).toBe(false)
  })

  test('the same seed takes the same pictures, grain and wall included', async () => {
    const plant = await grown(few)
    const changes = {
      noise: 4,
      background: 'wall',
      background_color: [90, 90, 90],
      pose_noise: 0.5,
    }
    const [one, again] = [await scanned(plant, changes), await scanned(plant, changes)]
    expect([...again.files].map(([id, { bytes }]) => [id, bytes.length])).toEqual(
      [...one.files].map(([id, { bytes }]) => [id, bytes.length]),
    )
    const rgb = (scan: MemoryFileset) => Buffer.from(scan.files.get('00000_rgb')?.bytes ?? [])
    expect(rgb(again).equals(rgb(one))).toBe(true)
    const other = await scanned(plant, { ...changes, seed: 2 })
    expect(rgb(other).equals(rgb(one))).toBe(false)
  })

  test('takes the same pictures, in the same order, on any number of threads', async () => {
    const plant = await grown(few)
    const changes = { noise: 4, background: 'wall', pose_noise: 0.5, n_points: 14, width: 64 }
    const [one, three] = [await scanned(plant, changes), await scanned(plant, changes, 3)]
    const files = (scan: MemoryFileset) =>
      [...scan.files].map(([id, { bytes, metadata }]) => [id, Buffer.from(bytes), metadata])
    expect(files(three)).toEqual(files(one))
  })

  test('photographs can be JPEGs; masks stay exact', async () => {
    const scan = await scanned(await grown(few), { format: 'jpg', labels: false })
    const kinds = [...scan.files].map(([id, { extension }]) => `${id.slice(6)}.${extension}`)
    expect(new Set(kinds)).toEqual(new Set(['rgb.jpg', 'background.png']))
  })

  test('views from a sphere stand where their elevations say', async () => {
    const scan = await scanned(await grown(few), {
      path: 'sphere',
      elevation: [30, 60],
      radius: 500,
      labels: false,
    })
    for (const id of scan.files.keys()) {
      const [, , , , tilt] = metadataOf(scan, id).approximate_pose as number[]
      expect(tilt).toBeGreaterThanOrEqual(30)
      expect(tilt).toBeLessThanOrEqual(60)
    }
  })

  test('a camera that cannot have the plant in its picture is told, with what to change', async () => {
    const scan = scanned(await grown(few), { z: 0, tilt: 60 })
    await expect(scan).rejects.toMatchObject({ code: 'task/wrong-parameter' })
  })
})

describe('in a pipeline', () => {
  /** Counts the pixels of a photograph; stands for any step that reads photographs one by one. */
  const pixelCount = defineTask({
    name: 'PixelCount',
    version: 1,
    summary: 'Counts pixels.',
    inputs: { upstream_task: files(images, { default: 'VirtualScan', reads: ['camera'] }) },
    params: { query: param.query() },
    output: fileArtifact<'counts', string>({
      name: 'counts',
      doc: 'numbers',
      read: async (file) => new TextDecoder().decode(await file.read()),
      encode: (text) =>
        Promise.resolve({ bytes: new TextEncoder().encode(text), extension: 'txt' }),
    }),
    each: 'upstream_task',
    run: ({ value, file }) => `${value.width * value.height} ${typeof file.metadata('camera')}`,
  })
  const toml = `
    [VirtualPlant]
    organs = 5
    rosette_leaves = 2
    flowers = 0
    detail = 0.5

    [VirtualScan]
    n_points = 3
    width = 64
    height = 96

    [PixelCount]
    query = { channel = "rgb" }
  `

  test('a scan is made from nothing, read as photographs, and not made again', async () => {
    const rig = await Rig.make({})
    rig.tasks = [...tasks, pixelCount]
    const first = await rig.run(toml)
    expect(first.ran).toEqual(['VirtualPlant', 'VirtualScan', 'PixelCount'])
    expect(first.made('PixelCount')).toBe(3)
    expect(await rig.textOf('PixelCount', '00001_rgb')).toBe('6144 object')
    const second = await rig.run(toml)
    expect(second.ran).toEqual([])
    const other = await rig.run(toml.replace('n_points = 3', 'n_points = 4'))
    expect(other.ran).toEqual(['VirtualScan', 'PixelCount'])
  })
})
