// Kernels on one thread against OpenCV's and SciPy's, and masks against reading and writing pictures.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dilateMask } from '../src/geometry/dilation.ts'
import type { Image } from '../src/geometry/image.ts'
import { excessGreenMask, linearMask } from '../src/geometry/masks.ts'
import { NeighbourTree } from '../src/geometry/neighbours.ts'
import { random } from '../src/geometry/random.ts'
import { poseAt, standsAlong } from '../src/geometry/render/camera-path.ts'
import { photographed } from '../src/geometry/render/render.ts'
import { sampleMesh } from '../src/geometry/sampling.ts'
import { remap, undistortionMap } from '../src/geometry/undistort.ts'
import { virtualPlant } from '../src/geometry/virtual-plant/virtual-plant.ts'
import { imageCodec } from '../src/io/image.ts'
import { round, type Bench } from './bench.ts'
import { kernelPeer, type Peer } from './support/kernel-peers.ts'

/** As large as ROMI's photographs of real plants. */
const [width, height] = [1440, 1080]
const rounds = 5
const pinhole = [1150, 1150, 720, 540] as const
const [k1, k2] = [-0.05, 0.02]

/** Processor seconds of one time, garbage collection and compiling included. */
function cpuSeconds(repeat: number, work: () => unknown): number {
  const start = process.cpuUsage()
  for (let i = 0; i < repeat; i++) work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6 / repeat
}

interface Pictures {
  readonly photograph: Image
  readonly mask: Image
}

/** A grown plant with wall and grain, and its mask. */
function pictures(): Pictures {
  const { mesh } = virtualPlant({ detail: 1.2 })
  const path = { is: 'circle', centre: [0, 0], radius: 380, z: 210, tilt: 8, views: 1 } as const
  const pose = poseAt(standsAlong(path)[0])
  const camera = { model: 'PINHOLE', width, height, params: [...pinhole], ...pose } as const
  const { rgb } = photographed(mesh, camera, { samples: 2, closed: true, background: [70, 60, 50] })
  const draw = random(1)
  const noisy = rgb.map((value) => Math.max(0, Math.min(255, value + draw.normal(0, 3))))
  const photograph = { width, height, channels: 3, data: noisy }
  return { photograph, mask: linearMask(photograph, [-1, 2, -1], 0.3) }
}

interface Contest {
  readonly what: string
  readonly repeat: number
  readonly aim: string
  readonly ours: () => unknown
  readonly theirs: Readonly<Record<string, unknown>>
}

const bench: Bench = async (report) => {
  const folder = mkdtempSync(join(tmpdir(), 'romi-kernels-'))
  const peer = await kernelPeer()
  if (!peer)
    report({ skipped: 'no OpenCV and SciPy: apt-get install python3-opencv python3-scipy' })
  try {
    const { photograph, mask } = pictures()
    if (peer) {
      for (const contest of contests(folder, photograph, mask)) report(await ratioOf(contest, peer))
      report(await differenceTo(peer, folder, mask))
    }
    for (const row of await maskRows(photograph)) report(row)
  } finally {
    peer?.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

export default bench

function contests(folder: string, photograph: Image, mask: Image): Contest[] {
  const keep = (name: string, data: Uint8Array | Float64Array): string => {
    writeFileSync(join(folder, name), data)
    return join(folder, name)
  }
  const draw = random(2)
  const noise = { ...mask, data: mask.data.map(() => (draw.uniform() < 0.3 ? 255 : 0)) }
  const picture = keep('photograph', photograph.data)
  const bent = { ...photograph, data: photograph.data.slice() } // it is changed in place
  const map = undistortionMap({ model: 'RADIAL', width, height, params: [1150, 720, 540, k1, k2] })
  const { points } = sampleMesh(virtualPlant({ detail: 0.7 }).mesh, 111_000)
  const cloud = keep('points', points)
  const lens = { distortion: [k1, k2, 0, 0, 0], pinhole }
  const grown = (radius: number, what = 'a plant', of = mask): Contest => {
    const own = { ...of, data: of.data.slice() }
    const file = keep(`mask of ${what}`, of.data)
    return {
      what: `dilation of ${what}, radius ${radius}`,
      repeat: 40,
      aim: '≤ 4',
      ours() {
        own.data.set(of.data) // it grows in place
        dilateMask(own, radius)
      },
      theirs: { what: 'dilation', file, width, height, channels: 1, radius },
    }
  }
  return [
    grown(1),
    grown(2),
    grown(5),
    grown(2, 'noise', noise),
    {
      what: 'undistortion, map made before',
      repeat: 10,
      aim: '≤ 2',
      ours: () => remap(bent, map!),
      theirs: { what: 'undistortion', file: picture, width, height, channels: 3, ...lens },
    },
    {
      what: 'k-d tree of 111,000 points',
      repeat: 3,
      aim: '≤ 1.5',
      ours: () => new NeighbourTree(points),
      theirs: { what: 'tree', file: cloud, leaf: 16, balanced: true },
    },
  ]
}

/** A B A B, the shortest of each. */
async function ratioOf({ what, repeat, aim, ours, theirs }: Contest, peer: Peer) {
  let [own, other] = [Infinity, Infinity]
  for (let i = 0; i < rounds; i++) {
    own = Math.min(own, cpuSeconds(repeat, ours))
    other = Math.min(other, await peer.ask({ ...theirs, repeat }))
  }
  return {
    what,
    'CPU ms': round(1000 * own),
    'its CPU ms': round(1000 * other),
    ratio: round(own / other),
    aim,
  }
}

/** Whether the peer does the same at all. */
async function differenceTo(peer: Peer, folder: string, mask: Image) {
  const result = join(folder, 'grown')
  const file = join(folder, 'mask of a plant')
  await peer.ask({
    what: 'dilation',
    file,
    width,
    height,
    channels: 1,
    radius: 5,
    repeat: 1,
    result,
  })
  const theirs = readFileSync(result)
  const { data } = dilateMask({ ...mask, data: mask.data.slice() }, 5)
  return {
    what: 'dilation, pixels that differ',
    pixels: data.filter((v, i) => v !== theirs[i]).length,
  }
}

/** A photograph read, its mask made and written, as the task does: against the same without the mask. */
async function maskRows(photograph: Image) {
  const codec = imageCodec('jpg')
  const bytes = await codec.encode({ ...photograph, channels: 3, depth: 8 })
  const kinds: Readonly<Record<string, (image: Image) => Image>> = {
    'Masks, one weight': (image) => linearMask(image, [0, 1, 0], 0.3),
    'Masks, three weights': (image) => linearMask(image, [-1, 2, -1], 0.3),
    'Masks, excess green': (image) => excessGreenMask(image, 0.15),
  }
  const rows = []
  for (const [what, make] of Object.entries(kinds)) {
    let [kernel, around] = [Infinity, Infinity]
    for (let i = 0; i < rounds; i++) {
      let own = 0
      const start = process.cpuUsage()
      for (let turn = 0; turn < 3; turn++) {
        // Safe: photographs of 8 bits are read as bytes.
        const read = (await codec.decode(bytes, 'photograph')) as Image
        let made = read
        own += cpuSeconds(1, () => (made = make(read))) / 3
        await imageCodec('png').encode({ ...made, channels: 1, depth: 8 })
      }
      const { user, system } = process.cpuUsage(start)
      kernel = Math.min(kernel, own)
      around = Math.min(around, (user + system) / 1e6 / 3 - own)
    }
    rows.push({
      what,
      'kernel, CPU ms': round(1000 * kernel),
      'decode + encode, CPU ms': round(1000 * around),
      ratio: round((kernel + around) / around),
      aim: '≤ 1.3',
    })
  }
  return rows
}
