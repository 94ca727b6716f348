// How a fileset is called on the page: by its task and what tells it from the other variants.
import type { Plant, PlantFileset } from '../../api.ts'
import { valueText } from './words.ts'

/** `Masks, threshold 0.3 (today)`; the id where nothing else is known. */
export function filesetName(plant: Plant, id: string): string {
  const fileset = plant.filesets.find((each) => each.id === id)
  if (fileset?.task === undefined) return id
  const siblings = plant.filesets.filter(({ task }) => task === fileset.task)
  const told = differing(fileset, siblings)
  const today = fileset.isCurrent ? ' (today)' : ''
  if (siblings.length < 2) return fileset.task
  if (told.length === 0) return `${fileset.task} ${id.split('_').at(-1) ?? ''}${today}`
  return `${fileset.task}, ${told.join(', ')}${today}`
}

/** The parameters in which filesets of one task are not alike. */
function differing(fileset: PlantFileset, siblings: readonly PlantFileset[]): string[] {
  const names = new Set(siblings.flatMap(({ params }) => Object.keys(params)))
  return [...names].flatMap((name) => {
    const texts = new Set(siblings.map(({ params }) => valueText(params[name])))
    return texts.size > 1 ? [`${name} ${valueText(fileset.params[name])}`] : []
  })
}
