// Which filesets a result was made from: a variant is drawn with its own mesh, points and skeleton.
import type { LayerKind, Plant } from '../../api.ts'

/** The fileset and all that it was made from, nearest first. */
export function filesetLineage(plant: Plant, fileset: string): readonly string[] {
  const found = [fileset]
  for (let i = 0; i < found.length; i++) {
    const inputs = plant.filesets.find(({ id }) => id === found[i])?.inputs ?? {}
    for (const input of Object.values(inputs)) if (!found.includes(input)) found.push(input)
  }
  return found
}

/**
 * The fileset to draw a layer from beside `fileset`: of its lineage, else that of today if both were
 * made by the same filesets. Undefined: what there is belongs to another variant.
 */
export function layerBeside(
  plant: Plant,
  kind: LayerKind,
  fileset: string | undefined,
): string | undefined {
  const lineage = fileset === undefined ? [] : filesetLineage(plant, fileset)
  const own = lineage.find((id) =>
    plant.filesets.some((each) => each.id === id && each.layers.includes(kind)),
  )
  return own ?? plant.layers[kind]?.find((id) => isAlong(plant, filesetLineage(plant, id), lineage))
}

/** Whether no step stands in both lineages with different filesets. */
function isAlong(plant: Plant, lineage: readonly string[], other: readonly string[]): boolean {
  const taskOf = (id: string) => plant.filesets.find((each) => each.id === id)?.task
  const byTask = new Map(other.map((id) => [taskOf(id), id]))
  return lineage.every((id) => taskOf(id) === undefined || (byTask.get(taskOf(id)) ?? id) === id)
}
