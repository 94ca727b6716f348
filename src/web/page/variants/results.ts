// Variants of a step: its filesets, what each led to, and in which parameters two are not alike.
import type { JsonValue, Plant } from '../../api.ts'
import { filesetLineage } from '../plant/lineage.ts'

/** Tasks that made something here, in the order in which data flows, with their filesets, newest last. */
export function variantsOf(plant: Plant): ReadonlyMap<string, readonly string[]> {
  const byTask = new Map<string, string[]>()
  for (const { id, task } of plant.filesets)
    if (task !== undefined) byTask.set(task, [...(byTask.get(task) ?? []), id])
  const depth = (ids: readonly string[]) =>
    Math.max(...ids.map((id) => filesetLineage(plant, id).length))
  return new Map([...byTask].sort(([, a], [, b]) => depth(a) - depth(b)))
}

/**
 * The angles and internodes that a fileset is, was made from, or led to: of these today's first.
 * Undefined: none yet.
 */
export function organsFrom(plant: Plant, fileset: string): string | undefined {
  const organs = plant.layers.organs ?? []
  const above = filesetLineage(plant, fileset).find((id) => organs.includes(id))
  return above ?? organs.find((id) => filesetLineage(plant, id).includes(fileset))
}

/** A parameter in which what two filesets were made by differs. */
export interface VariantChange {
  readonly task: string
  readonly parameter: string
  readonly a?: JsonValue
  readonly b?: JsonValue
}

/** Over all steps that the two were made by. */
export function variantChanges(plant: Plant, a: string, b: string): VariantChange[] {
  const byTask = (fileset: string) =>
    new Map(
      filesetLineage(plant, fileset).flatMap((id) => {
        const found = plant.filesets.find((each) => each.id === id)
        return found?.task === undefined ? [] : [[found.task, found.params] as const]
      }),
    )
  const [ofA, ofB] = [byTask(a), byTask(b)]
  return [...new Set([...ofA.keys(), ...ofB.keys()])].flatMap((task) => {
    const [paramsA, paramsB] = [ofA.get(task) ?? {}, ofB.get(task) ?? {}]
    const names = new Set([...Object.keys(paramsA), ...Object.keys(paramsB)])
    return [...names]
      .filter((name) => JSON.stringify(paramsA[name]) !== JSON.stringify(paramsB[name]))
      .map((parameter) => ({ task, parameter, a: paramsA[parameter], b: paramsB[parameter] }))
  })
}
