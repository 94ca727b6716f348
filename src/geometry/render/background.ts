// What stands behind the plant.
import { rawBytes } from '../bytes.ts'
import { undistort } from '../lens-inverse.ts'
import { lensOf, type Camera } from '../camera.ts'
import { perStrip, workspace } from '../wasm/kernels.ts'
import type { Colour } from './shade.ts'

/** A blotchy wall far away, so that it shows the same in every view of one direction. */
export interface Wall {
  readonly colour: Colour
  /** How much lighter and darker its blotches are, as a share of the colour. */
  readonly contrast: number
  /** Size of the largest blotches, in degrees. */
  readonly blotch: number
  readonly seed: number
}

/** Pixels between the places where the wall is looked at, as in `paintBetween`: in between it is smooth enough. */
const stride = 8

/**
 * A picture of the wall alone, as the camera sees it: red, green, blue of each pixel.
 *
 * @param rgb what is painted and returned, if it is as long as that picture
 */
export function wallBehind(
  camera: Camera,
  wall: Wall,
  rgb: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const { width, height } = camera
  if (rgb.length !== 3 * width * height) rgb = new Uint8Array(3 * width * height)
  const across = Math.ceil(width / stride) + 1
  const values = brightness(camera, wall, across, Math.ceil(height / stride) + 1)
  const most = stride * perStrip(3 * width * stride) // rows
  const { kernels, memory, places } = workspace(values.byteLength, 3 * width * most + 3 * stride)
  const [corners, pixels] = places
  memory.set(rawBytes(values), corners)
  for (let row = 0; row < height; row += most) {
    const rows = Math.min(most, height - row)
    const above = corners + (4 * across * row) / stride
    kernels.paintBetween(above, across, width, rows, ...wall.colour, pixels)
    rgb.set(memory.subarray(pixels, pixels + 3 * width * rows), 3 * width * row)
  }
  return rgb
}

/** How bright the wall is at every `stride`-th pixel's centre; 1 is its colour, 0 is black. */
function brightness(camera: Camera, wall: Wall, across: number, down: number): Float32Array {
  const { rotmat: r } = camera
  const lens = lensOf(camera)
  const frequency = 180 / Math.PI / wall.blotch
  const values = new Float32Array(across * down)
  for (let k = 0; k < values.length; k++) {
    const [i, j] = [stride * (k % across), stride * Math.floor(k / across)]
    const ray = undistort(lens, (i + 0.5 - lens.cx) / lens.fx, (j + 0.5 - lens.cy) / lens.fy)
    if (!ray) continue
    const [x, y] = ray
    const scale = frequency / Math.sqrt(x * x + y * y + 1)
    const wx = (r[0] * x + r[3] * y + r[6]) * scale
    const wy = (r[1] * x + r[4] * y + r[7]) * scale
    const wz = (r[2] * x + r[5] * y + r[8]) * scale
    values[k] = Math.max(0, 1 + wall.contrast * blotches(wx, wy, wz, wall.seed))
  }
  return values
}

/** Four octaves of value noise, -1 … 1 or so: each half as large and half as strong. */
function blotches(x: number, y: number, z: number, seed: number): number {
  let sum = 0
  let strength = 1
  for (let octave = 0; octave < 4; octave++) {
    sum += strength * latticeNoise(x, y, z, seed + octave)
    x *= 2
    y *= 2
    z *= 2
    strength /= 2
  }
  return sum
}

/** Random values at whole coordinates, -1 … 1, smoothly interpolated between them. */
function latticeNoise(x: number, y: number, z: number, seed: number): number {
  const i = Math.floor(x)
  const j = Math.floor(y)
  const k = Math.floor(z)
  const u = smooth(x - i)
  const v = smooth(y - j)
  const w = smooth(z - k)
  const near = alongX(i, j, k, u, seed) * (1 - v) + alongX(i, j + 1, k, u, seed) * v
  const far = alongX(i, j, k + 1, u, seed) * (1 - v) + alongX(i, j + 1, k + 1, u, seed) * v
  return near * (1 - w) + far * w
}

const smooth = (t: number): number => t * t * (3 - 2 * t)

/** Between two whole coordinates along x. */
function alongX(i: number, j: number, k: number, u: number, seed: number): number {
  return hashed(i, j, k, seed) * (1 - u) + hashed(i + 1, j, k, seed) * u
}

function hashed(i: number, j: number, k: number, seed: number): number {
  let h = Math.imul(i, 0x8da6b343) ^ Math.imul(j, 0xd8163841) ^ Math.imul(k, 0xcb1ab31f)
  h = Math.imul(h ^ Math.imul(seed + 1, 0x9e3779b1), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return ((h ^ (h >>> 16)) >>> 0) / 0x80000000 - 1
}
