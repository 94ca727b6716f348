// How a fileset is called on the page: by its task and what tells it from the other variants.
import type { Plant } from '../../api.ts'
import { filesetLineage } from '../plant/lineage.ts'
import { momentOf, parameterText } from './words.ts'

/**
 * `Masks, threshold 0.3 (today)`; what a step above was made by counts, too: `Masks.threshold 0.3`.
 * Where no parameter tells variants apart, the time does; the id where nothing else is known.
 */
export function filesetName(plant: Plant, id: string): string {
  const task = plant.filesets.find((each) => each.id === id)?.task
  const told = variantName(plant, id)
  return task === undefined || task === told ? told : `${task}, ${told}`
}

/** The same beside others of one task: `threshold 0.3 (today)`; of the only one its task. */
export function variantName(plant: Plant, id: string): string {
  const fileset = plant.filesets.find((each) => each.id === id)
  if (fileset?.task === undefined) return id
  const siblings = plant.filesets.filter(({ task }) => task === fileset.task)
  const today = fileset.isCurrent ? ' (today)' : ''
  if (siblings.length < 2) return fileset.task
  const told = differing(
    plant,
    id,
    siblings.map((each) => each.id),
  ).join(', ')
  const when = fileset.made === undefined ? '' : `of ${momentOf(fileset.made)}`
  return `${told || when || id}${today}`
}

/** The parameters in which variants of one task, and what they were made from, are not alike. */
function differing(plant: Plant, id: string, siblings: readonly string[]): string[] {
  const all = new Map(siblings.map((each) => [each, parametersOf(plant, each)]))
  const names = new Set([...all.values()].flatMap((of) => [...of.keys()]))
  return [...names].flatMap((name) => {
    const texts = new Set([...all.values()].map((of) => of.get(name)))
    const own = all.get(id)?.get(name)
    return texts.size > 1 && own !== undefined ? [`${name} ${own}`] : []
  })
}

/** By name, with that of the task before those of steps above. */
function parametersOf(plant: Plant, id: string): ReadonlyMap<string, string> {
  const told = filesetLineage(plant, id).flatMap((each) => {
    const { task = '', params = {} } = plant.filesets.find((known) => known.id === each) ?? {}
    const prefix = each === id ? '' : `${task}.`
    return Object.entries(params).map(
      ([name, value]) => [prefix + name, parameterText(value)] as const,
    )
  })
  return new Map(told)
}
