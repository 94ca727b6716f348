// The published scans as they are, and with cameras that are worse than theirs.
import type { JsonObject } from '../../../src/index.ts'
import type { Vec3 } from '../../../src/geometry/linear.ts'
import { shaken } from '../../../src/geometry/render/camera-path.ts'
import type { FSDB } from '../../../src/fsdb/fsdb.ts'
import type { PublishedScan } from '../../../test/support/published-scan.ts'
import { evaluationIn, knownPoses, measuredByRomiFile, type Told } from '../published-accuracy.ts'
import type { Notes } from './notes.ts'

/** One measurement of a published scan. */
export interface PublishedResult {
  readonly name: string
  readonly run: number
  readonly told: Told
}

/** A published scan, and how it is measured. */
interface PublishedCase {
  readonly name: string
  readonly scan: PublishedScan
  readonly settings: readonly string[]
  /** What differs from run to run: draws of errors, or COLMAP's own chance. */
  readonly runs: number
  /** In pixels, sd: each camera is turned. */
  readonly knocked?: number
}

const refined = ['-s', 'Voxels.refine_cameras=auto']
const cases: readonly PublishedCase[] = [
  { name: 'virtual_plant', scan: 'virtual_plant', settings: [], runs: 1 },
  { name: 'real_plant, known poses', scan: 'real_plant', settings: knownPoses, runs: 1 },
  {
    name: 'real_plant, known poses turned by 1.5 px, refined by auto',
    scan: 'real_plant',
    settings: [...knownPoses, ...refined],
    runs: 2,
    knocked: 1.5,
  },
  { name: 'real_plant, poses by COLMAP', scan: 'real_plant', settings: [], runs: 9 },
]

/** Measures what is not noted yet. */
export async function measurePublished(data: string, notes: Notes<PublishedResult>): Promise<void> {
  for (const { name, scan, settings, runs, knocked } of cases)
    for (let run = 0; run < runs; run++) {
      if (notes.all.some((result) => result.name === name && result.run === run)) continue
      const prepare =
        knocked === undefined ? undefined : (db: FSDB) => knock(db, scan, knocked, run)
      await measuredByRomiFile(
        scan,
        data,
        settings,
        (folder, measured) => notes.add({ name, run, told: evaluationIn(folder, measured) }),
        prepare,
      )
    }
}

/** How a camera stands in the scan's metadata, of what is changed or needed. */
interface StoredCamera {
  readonly camera_model: { readonly params: readonly number[] }
  readonly rotmat: readonly (readonly number[])[]
  readonly tvec: Vec3
}

/** Turns the cameras of all photographs, so that pictures are off by so many pixels. */
async function knock(db: FSDB, scan: PublishedScan, pixels: number, run: number): Promise<void> {
  const images = await (await db.getScan(scan)).getFileset('images')
  for (const [n, file] of (await images.getFiles()).entries()) {
    const { colmap_camera: stored } = await file.getMetadata()
    // Safe: the scan is published, and its cameras are so.
    const camera = stored as unknown as StoredCamera
    const pose = { rotmat: camera.rotmat.flat(), tvec: camera.tvec }
    const { rotmat, tvec } = shaken(pose, pixels, camera.camera_model.params[0], 77 + run, n)
    const rows = [0, 3, 6].map((at) => rotmat.slice(at, at + 3))
    await file.setMetadata({
      colmap_camera: { ...(stored as JsonObject), rotmat: rows, tvec: [...tvec] },
    })
  }
}
