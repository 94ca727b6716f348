// From photographs to points, kernel by kernel, against plain loops in the same run.
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import type { Image } from '../src/geometry/image.ts'
import { dilateMask } from '../src/geometry/dilation.ts'
import { excessGreenMask, linearMask } from '../src/geometry/masks.ts'
import { levelSetPoints } from '../src/geometry/points/level-set.ts'
import { remap, undistortionMap } from '../src/geometry/undistort.ts'
import { average } from '../src/geometry/voxels/averaging.ts'
import { carve } from '../src/geometry/voxels/carving.ts'
import { gridOf, voxelCount, type Grid } from '../src/geometry/voxels/grid.ts'
import type { View } from '../src/geometry/voxels/views.ts'
import { maskCodec } from '../src/io/mask.ts'
import { imageCodec } from '../src/io/image.ts'
import { realShots, virtualShots, type Shot } from '../test/support/scans.ts'
import { sharedData } from '../test/support/shared.ts'
import { averageByLoop, carveByLoop, differing, cutOut } from '../test/support/voxel-loops.ts'
import { round, shortest, type Bench, type Row } from './bench.ts'

type Report = (row: Row) => void
const threads = availableParallelism()
const rounds = 5

/** Masks of all photographs, against decoding them and encoding the same masks alone. */
async function masks(name: string, shots: readonly Shot[], threshold: number, report: Report) {
  const photographs = await Promise.all(shots.map(({ path }) => readFile(path)))
  const all = async (work: (bytes: Uint8Array, n: number) => Promise<unknown>) => {
    const before = process.cpuUsage()
    const ms = await shortest(rounds, () => Promise.all(photographs.map(work)))
    const { user, system } = process.cpuUsage(before)
    return { ms, cpu: (user + system) / 1000 / rounds }
  }
  const indices = {
    linear: (image: Image) => linearMask(image, [0, 1, 0], threshold),
    'linear of three channels': (image: Image) => linearMask(image, [0.2, 1, 0.1], threshold),
    'excess green': (image: Image) => excessGreenMask(image, 0.1),
  }
  for (const [index, mark] of Object.entries(indices)) {
    const made = shots.map(({ image }) => dilateMask(mark(image), 1))
    const coding = await all(async (bytes, n) => {
      await decode(bytes, name)
      await maskCodec.encode({ ...made[n], channels: 1, depth: 8 })
    })
    const whole = await all(async (bytes) => {
      const mask = dilateMask(mark(await decode(bytes, name)), 1)
      await maskCodec.encode({ ...mask, channels: 1, depth: 8 })
    })
    report({
      masks: name,
      index,
      images: shots.length,
      'coding alone, ms': round(coding.ms),
      'all on one thread, ms': round(whole.ms),
      ratio: round(whole.ms / coding.ms),
      // a run marks on all its threads, so this is what it takes there
      'ratio of computing (aim 1.5)': round(whole.cpu / coding.cpu),
    })
  }
}

async function decode(bytes: Uint8Array, name: string): Promise<Image> {
  const image = await imageCodec().decode(bytes, name)
  // Safe: the photographs of both scans have 8 bits a channel.
  return { ...image, data: image.data as Uint8Array }
}

function maskOf(image: Image, threshold: number): Image {
  return dilateMask(linearMask(image, [0, 1, 0], threshold), 1)
}

/** One volume carved, against a loop over an eighth of its voxels. */
async function carving(name: string, grid: Grid, views: readonly View[], report: Report) {
  let volume = await carve(grid, views, { threads })
  const ours = await shortest(3, async () => (volume = await carve(grid, views, { threads })))
  const sample = eighth(grid)
  const start = performance.now()
  const loop = carveByLoop(grid, views, sample)
  const theirs = (performance.now() - start) * 8
  report({
    carving: name,
    'voxels, 10⁶': round(voxelCount(grid) / 1e6),
    views: views.length,
    ms: round(ours),
    'plain loop, ms': round(theirs),
    'times as fast': round(theirs / ours),
    'voxels that differ': differing(cutOut(volume, sample), loop),
  })
  return volume
}

async function averaging(name: string, grid: Grid, views: readonly View[], report: Report) {
  const ours = await shortest(2, () => average(grid, views, true, { threads }))
  const volume = await average(grid, views, true, { threads })
  const sample = eighth(grid)
  const start = performance.now()
  const loop = averageByLoop(grid, views, true, sample)
  const theirs = (performance.now() - start) * 8
  report({
    averaging: name,
    'voxels, 10⁶': round(voxelCount(grid) / 1e6),
    ms: round(ours),
    'plain loop, ms': round(theirs),
    'times as fast': round(theirs / ours),
    'voxels that differ': differing(cutOut(volume, sample), loop),
  })
}

/** Every eighth part of the volume's planes, from its middle. */
function eighth({ shape: [nx, ny, nz] }: Grid) {
  const from = Math.floor((nx * 7) / 16)
  return { from: [from, 0, 0], to: [from + Math.round(nx / 8), ny, nz] } as const
}

function viewsOf(shots: readonly Shot[], threshold: number): View[] {
  return shots.map(({ image, camera }) => ({
    camera,
    mask: maskOf(image, threshold),
  }))
}

const bench: Bench = async (report) => {
  if (!sharedData) return report({ skipped: 'the published scans are not at ../shared/data' })
  const { shots, box } = await virtualShots(sharedData)
  await masks('virtual_plant', shots, 0.3, report)
  const views = viewsOf(shots, 0.3)
  const grid = gridOf(box, 0.1)
  const volume = await carving('virtual_plant, 0.1', grid, views, report)
  await carving('virtual_plant, 0.06', gridOf(box, 0.06), views, report)
  await averaging('virtual_plant, 0.1', grid, views, report)

  let points = 0
  const ms = await shortest(3, async () => {
    points = (await levelSetPoints(volume, 0, { threads })).points.length / 3
  })
  report({ 'points of': 'virtual_plant, 0.1', points, ms: round(ms) })

  const real = await realShots(sharedData)
  await masks('real_plant', real.shots, 0.2, report)
  await carving('real_plant, 0.5', gridOf(real.box, 0.5), viewsOf(real.shots, 0.2), report)

  const [{ image, camera }] = real.shots
  let map = undistortionMap(camera)
  const mapping = await shortest(3, () => (map = undistortionMap(camera)))
  const remapping = await shortest(5, () => map && remap(image, map))
  const copying = await shortest(5, () => image.data.map((value) => 255 - value))
  report({
    undistorting: '1440 × 1080 × 3',
    'map, ms (once a camera)': round(mapping),
    'image, ms': round(remapping),
    'times one pass over its bytes': round(remapping / copying),
  })
}

export default bench
