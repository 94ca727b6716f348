// A virtual scan as files: the photographs of each shot, channel by channel, with their cameras.
import type { Camera } from '../../src/geometry/camera.ts'
import type { Stand } from '../../src/geometry/render/camera-path.ts'
import type { RenderedView } from '../../src/geometry/render/render.ts'
import type { Photograph } from '../../src/geometry/render/views.ts'
import {
  filesetArtifact,
  io,
  RomiError,
  type Box,
  type JsonObject,
  type Output,
} from '../../src/index.ts'
import { matrixRows } from './cameras.ts'

/** One shot of the virtual scanner. */
export interface Shot {
  readonly photograph: Photograph
  /** What the file's metadata says of the camera: where it was meant to stand. */
  readonly camera: Camera
  readonly stand: Stand
}

/** Bytes of the photographs that are packed and written while the next one is taken. */
const PACKING_ROOM = 16e6

/** All shots, and what they show. */
export interface VirtualScan {
  /** Made while those before are written. */
  readonly shots: AsyncIterable<Shot>
  /** The channels that are written, of `rgb`, `background` and the labels of the plant. */
  readonly channels: readonly string[]
  /** What `rgb` is written as. */
  readonly format: 'png' | 'jpg'
  readonly quality: number
  readonly box: Box
  readonly unit?: string
}

/**
 * Photographs `00000_rgb`, `00000_background`, … with `camera`, `approximate_pose`, `shot_id` and
 * `channel` in each file's metadata; `bounding_box`, `channels` and `unit` in the fileset's. Steps
 * that read photographs read it as such.
 */
export const virtualScan = filesetArtifact<'images', VirtualScan>({
  name: 'images',
  doc: 'photographs',
  read: () =>
    Promise.reject(
      new RomiError('task/no-value', 'photographs are read one by one: take them as files'),
    ),
  write: writeVirtualScan,
})

async function writeVirtualScan(scan: VirtualScan, output: Output): Promise<void> {
  const { channels, box, unit } = scan
  output.setMetadata({
    bounding_box: { x: box.x, y: box.y, z: box.z },
    channels,
    ...(unit !== undefined && { unit }),
  })
  // while the pictures of some shots are packed and written beside this thread, the next one is taken
  const inHand: { readonly size: number; readonly written: Promise<void> }[] = []
  let room = PACKING_ROOM
  let before = Promise.resolve()
  let shot = 0
  for await (const taken of scan.shots) {
    const size = taken.photograph.rgb.length
    before = writeShot(taken, shot++, scan, output, before)
    // whoever waits for it hears of its failure; until then it must not end the program
    before.catch(() => undefined)
    inHand.push({ size, written: before })
    for (room -= size; room < 0 && inHand.length > 0;) {
      const oldest = inHand.shift()! // there is one
      await oldest.written
      room += oldest.size
    }
  }
  await before
}

async function writeShot(
  { photograph, camera, stand }: Shot,
  shot: number,
  { channels, format, quality }: VirtualScan,
  output: Output,
  before: Promise<void>,
): Promise<void> {
  const { width, height } = photograph
  const metadata = metadataOf(camera, stand, shot)
  const encoded = await Promise.all(
    channels.map(async (channel) => {
      const colours = channel === 'rgb'
      const data = channelOf(photograph, channel)
      const extension = colours ? format : 'png'
      const image = { width, height, channels: colours ? 3 : 1, depth: 8, data } as const
      const bytes = await io.imageCodec(extension, { quality, smallest: false }).encode(image)
      return { bytes, extension, metadata: { ...metadata, channel } }
    }),
  )
  photograph.giveBack()
  // in their order, however long each took to pack
  await before
  for (const content of encoded)
    await output.write(`${String(shot).padStart(5, '0')}_${content.metadata.channel}`, content)
}

function channelOf(
  { rgb, background, labels, width, height }: RenderedView,
  name: string,
): Uint8Array {
  if (name === 'rgb') return rgb
  if (name === 'background') return background
  return labels.get(name) ?? new Uint8Array(width * height)
}

function metadataOf(camera: Camera, { position, pan, tilt }: Stand, shot: number): JsonObject {
  const { model, width, height, params, rotmat, tvec } = camera
  return {
    approximate_pose: [...position, pan, tilt],
    camera: {
      camera_model: { model, width, height, params },
      rotmat: matrixRows(rotmat),
      tvec,
    },
    shot_id: String(shot).padStart(6, '0'),
  }
}
