// What takes so long that requests would wait for it: shapes that are reduced, silhouettes compared.
import type { ReadableFile } from '../../base/file.ts'
import { readRegular } from '../../base/regular.ts'
import type { JsonObject } from '../../base/types.ts'
import type { PackedKind } from '../plants/layers.ts'
import { packedLayer } from '../plants/layers.ts'
import { lostPixelsOf, type LostJob } from '../plants/lost-pixels.ts'
import { cloudInMillimetres, meshInMillimetres } from '../romi/scaled.ts'

/** A file that a thread can be told of. */
export interface AsideFile {
  readonly id: string
  readonly filename: string
  /** Real, without links. */
  readonly path: string
  readonly metadata: JsonObject
}

/** What is to be made; plain JSON, but for typed arrays. */
export type AsideJob =
  | {
      readonly do: 'layer'
      readonly file: AsideFile
      readonly kind: PackedKind
      readonly most: number
    }
  | ({ readonly do: 'lost'; readonly voxels: AsideFile; readonly mask: AsideFile } & LostJob)
  | { readonly do: 'mesh'; readonly file: AsideFile; readonly scale: number }
  | {
      readonly do: 'cloud'
      readonly file: AsideFile
      readonly scale: number
      readonly size: string
    }

/** What was made. */
export interface AsideResult {
  readonly bytes: Uint8Array
  /** Of `lost`: the share of the mask. */
  readonly share?: number
}

/** Makes it, here. @throws RomiError of a file that is damaged */
export async function doAside(job: AsideJob): Promise<AsideResult> {
  switch (job.do) {
    case 'layer':
      return {
        bytes: await packedLayer(fileAside(job.file), job.file.metadata, job.kind, job.most),
      }
    case 'lost':
      return lostPixelsOf(fileAside(job.voxels), job.voxels.metadata, fileAside(job.mask), job)
    case 'mesh':
      return { bytes: await meshInMillimetres(fileAside(job.file), job.scale) }
    case 'cloud':
      return { bytes: await cloudInMillimetres(fileAside(job.file), job.scale, job.size) }
  }
}

const fileAside = ({ id, filename, path }: AsideFile): ReadableFile => ({
  id,
  filename,
  path,
  read: () => readRegular(path),
})
