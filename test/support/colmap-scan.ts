// A scan of twelve photographs on a circle, with a COLMAP that finds models made here.
import type { Stand } from '../../src/geometry/render/camera-path.ts'
import { io, type JsonObject } from '../../src/index.ts'
import { circleOf, modelOf, takenAt } from './colmap-models.ts'
import { installColmap, type FakeColmap } from './fake-colmap.ts'
import type { Ran, Rig } from './rig.ts'
import { scanRig } from './scan-rig.ts'

/** What all photographs show. */
export const image: io.Image = {
  width: 4,
  height: 3,
  channels: 3,
  depth: 8,
  data: new Uint8Array(36),
}
/** Where twelve photographs were taken. */
export const ring = circleOf(12)
/** The id of a photograph. */
export const idOf = (i: number): string => `p${String(i).padStart(2, '0')}`

/** The stands of photographs, by the names of their files. */
export const standsOf = (
  numbers: readonly number[],
  change: (stand: Stand, i: number) => Stand = (stand) => stand,
): Record<string, Stand> =>
  Object.fromEntries(numbers.map((i) => [`${idOf(i)}.png`, change(ring[i], i)]))
/** Their numbers. */
export const all = ring.map((_, i) => i)
/** The others. */
export const allBut = (...lost: readonly number[]) => all.filter((i) => !lost.includes(i))
/** A scan of twelve photographs, and a COLMAP that finds these models. */
export async function scan(fake: FakeColmap = {}, metadata?: (i: number) => JsonObject) {
  const colmap = await installColmap({ models: [modelOf(standsOf(all))], ...fake })
  const photographs = ring.map((stand, i) => [
    idOf(i),
    { image, metadata: metadata?.(i) ?? takenAt(stand) },
  ])
  const rig = await scanRig({
    images: Object.fromEntries(photographs),
    fileset: { workspace: { x: [340, 440], y: [330, 410], z: [-180, 105] }, unit: 'mm' },
  })
  return { rig, colmap }
}

/** What a run said, line by line. */
export const saidBy = ({ events }: Ran, level: 'info' | 'warn'): string =>
  events
    .flatMap((event) => (event.is === 'said' && event.level === level ? [event.text] : []))
    .join('\n')

/** Why its steps failed. */
export const failureOf = ({ events }: Ran): string =>
  events.flatMap((event) => (event.is === 'failed' ? [event.failure.message] : [])).join('\n')

/** The JSON of a file that the last Colmap made. */
export async function made(rig: Rig, id: string): Promise<Record<string, never>> {
  const [fileset] = (await rig.filesets('Colmap')).slice(-1)
  return rig.write(async (db) => {
    const file = await (await (await db.getScan('plant')).getFileset(fileset)).getFile(id)
    return (await io.readJson(file)) as unknown as Record<string, never> // the caller knows the file
  })
}

/** What the last Colmap says of each photograph. */
export const annotations = async (rig: Rig): Promise<Record<string, JsonObject>> =>
  (await made(rig, 'annotations')).images
