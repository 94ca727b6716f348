// The photographs that ROMI's viewer shows: of the channel rgb, picture i with pose i.
import type { File } from '../../fsdb/file.ts'
import type { Scan } from '../../fsdb/scan.ts'
import type { PlantCamera } from '../api.ts'
import { camerasOf } from '../plants/cameras.ts'
import { isShowable, photographFileset } from '../plants/photographs.ts'

/** The id by which the viewer finds the photographs, whatever their fileset is called. */
export const imagesAlias = 'images'

/** Photographs in the order of their poses. */
export interface Shots {
  /** As the viewer is told: it looks for `images` in the id. */
  readonly fileset: string
  readonly files: readonly File[]
  /** The camera of each file; empty where no camera is known of any. */
  readonly cameras: readonly PlantCamera[]
}

/** The viewer sorts poses by address: numbers in names by value. */
const natural = new Intl.Collator('en', { numeric: true })

/** Those with a camera; where none has one, all. @param found filesets of cameras, the better first */
export async function viewerShots(scan: Scan, found: readonly string[] = []): Promise<Shots> {
  const fileset = await photographFileset(scan)
  if (!fileset) return { fileset: imagesAlias, files: [], cameras: [] }
  const alias = /images/i.test(fileset.id) ? fileset.id : imagesAlias
  const metadata = new Map(
    [...(await fileset.filesMetadata())].map(([id, of]) => [id as string, of]),
  )
  const pictures = (await fileset.getFiles()).filter(isShowable)
  const channelOf = ({ id }: File) => metadata.get(id)?.channel
  const rgb = pictures.filter((file) => channelOf(file) === 'rgb')
  const shown = (rgb.length > 0 ? rgb : pictures).sort((a, b) => natural.compare(a.id, b.id))
  const cameras = await camerasOf(scan, fileset.id, metadata, { filesets: found, keys: [] })
  const posed = shown.filter(({ id }) => cameras.has(id))
  const files = posed.length > 0 ? posed : shown
  return { fileset: alias, files, cameras: files.flatMap(({ id }) => cameras.get(id) ?? []) }
}
