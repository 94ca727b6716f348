// Which pictures belong to a photograph: itself or what was made straight of it, its masks, and their sizes.
import type { OfPhotograph, Photograph, Plant } from '../../api.ts'

/** The same picture, scaled down by the server. @param size of the longer side, in pixels */
export function sized(image: string, size: number): string {
  const [path, query = ''] = image.split('?')
  const asked = new URLSearchParams(query)
  asked.set('size', String(size))
  return `${path}?${asked.toString()}`
}

/** The size of small pictures, in pixels: one for all views, so that each is made but once. */
export const thumbnailSize = 320

/** The filesets of masks, those of today first. */
export const maskFilesets = ({ layers }: Plant): readonly string[] => layers.masks ?? []

/** The mask of a photograph in a fileset. */
export const maskOf = (photograph: Photograph, fileset: string | undefined) =>
  photograph.made.find((made) => made.fileset === fileset)

/**
 * The picture that a mask, or the camera of today, belongs to: the photograph, or what a step made
 * straight of it.
 */
export function basePicture(plant: Plant, photograph: Photograph, mask?: OfPhotograph): string {
  const masks = maskFilesets(plant)
  const pictures = photograph.made.filter(({ fileset }) => !masks.includes(fileset))
  const sources = plant.filesets.find(({ id }) => id === mask?.fileset)?.inputs
  const under = sources
    ? pictures.find(({ fileset }) => Object.values(sources).includes(fileset))
    : pictures.find(({ isCurrent }) => isCurrent)
  return under?.image ?? photograph.image
}

/** Of each photograph the picture that the cameras of today belong to: what lies under today's masks. */
export function shownPicture(plant: Plant): (photograph: Photograph) => string {
  const [today] = maskFilesets(plant)
  return (photograph) => basePicture(plant, photograph, maskOf(photograph, today))
}

/** The channels that there are, photographs in colour first. */
export function channelsOf({ photographs }: Plant): string[] {
  const channels = [...new Set(photographs.map(({ channel }) => channel ?? ''))]
  return channels.sort((a, b) => Number(b === 'rgb') - Number(a === 'rgb') || (a < b ? -1 : 1))
}

/** Those of one channel; those that a check complains of first if wished. */
export function photographsShown(
  plant: Plant,
  channel: string,
  doubtsFirst: boolean,
): readonly Photograph[] {
  const own = plant.photographs.filter((photograph) => (photograph.channel ?? '') === channel)
  if (!doubtsFirst) return own
  const weight = (photograph: Photograph) =>
    photograph.checks.filter(({ isBroken }) => isBroken).length
  return [...own].sort((a, b) => weight(b) - weight(a))
}
