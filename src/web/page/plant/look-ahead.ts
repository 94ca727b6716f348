// What is seen first of a plant, asked for while a person only points at it.
import type { Plant } from '../../api.ts'
import { askEarly } from '../data/early.ts'
import { shownPicture, sized, thumbnailSize } from '../photographs/pictures.ts'
import { geometryAddress } from '../scene/use-geometry.ts'
import { layerBeside } from './lineage.ts'
import { plantShots, standInPoints } from './use-content.ts'

/** So many photographs of the strip. */
const picturesAhead = 6

/** Asks for the cloud of a plant and for its first photographs. */
export function lookAhead(plant: Plant): void {
  const scan = plant.row.id
  const cloud = layerBeside(plant, 'points', plant.layers.organs?.[0])
  if (cloud !== undefined)
    void askEarly(scan, geometryAddress(scan, 'points', cloud, standInPoints))
  const imageOf = shownPicture(plant)
  for (const { photograph } of plantShots(plant).slice(0, picturesAhead)) {
    const picture = new Image()
    picture.src = sized(imageOf(photograph), thumbnailSize)
    picture.decode().catch(() => undefined) // whoever opens the plant sees it
  }
}
