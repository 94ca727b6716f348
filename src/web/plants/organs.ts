// Angles and internodes with their organs, for the 3-D view, the chart and the table.
import { isJsonObject, type Json, type JsonObject } from '../../base/types.ts'
import type { Fileset } from '../../fsdb/fileset.ts'
import { organKinds } from '../../geometry/phyllotaxis/kinds.ts'
import type { Organs, OrganShown, Place } from '../api.ts'
import { notThere } from '../http/answers.ts'
import { layerFiles } from './filesets.ts'
import { jsonIn } from './json-file.ts'

/** What a fileset of angles and internodes holds, whether romi-run or ROMI's tools made it. */
export async function organsIn(fileset: Fileset): Promise<Organs> {
  const told = await jsonIn(fileset, layerFiles.organs)
  if (!isJsonObject(told)) notThere(`${fileset.id} holds no angles and internodes`)
  const angles = numberList(told.angles)
  const internodes = numberList(told.internodes)
  const paths = Array.isArray(told.fruit_points) ? told.fruit_points.map(flatIn) : []
  const spiral = (['counter-clockwise', 'clockwise', 'undetermined'] as const).find(
    (one) => one === told.genetic_spiral,
  )
  const organs = Array.isArray(told.organs)
    ? withNumbers(told.organs.filter(isJsonObject), { angles, internodes, paths })
    : paths.map((path, i) => fromPath(path, i, { angles, internodes }))
  return {
    fileset: fileset.id,
    ...(spiral && { spiral }),
    stem: flatIn(told.stem),
    organs,
    angles,
    internodes,
    removed: Array.isArray(told.removed) ? told.removed.flatMap(removedIn) : [],
  }
}

interface Steps {
  readonly angles: readonly number[]
  readonly internodes: readonly number[]
}

/** Counted ones get their numbers, and the steps to the next of them. */
function withNumbers(
  told: readonly JsonObject[],
  { angles, internodes, paths }: Steps & { readonly paths: readonly (readonly number[])[] },
): OrganShown[] {
  let number = 0
  return told.map((organ) => {
    const counted = organ.counted === true
    const i = counted ? number++ : -1
    const insertion = pointIn(organ.insertion)
    const direction = pointIn(organ.direction)
    const length = finiteIn(organ.length)
    const corrected = correctedIn(organ.corrected)
    return {
      ...(counted && { number: i + 1 }),
      kind: organKinds.find((kind) => kind === organ.kind) ?? 'fruit',
      ...(typeof organ.kind_confidence === 'number' && { kindConfidence: organ.kind_confidence }),
      counted,
      insertion,
      tip: tipFrom(insertion, direction, length),
      direction,
      azimuth: finiteIn(organ.azimuth),
      height: finiteIn(organ.height),
      length,
      ...(typeof organ.confidence === 'number' && { confidence: organ.confidence }),
      path: (counted && paths[i]) || [],
      ...stepAt(i, { angles, internodes }),
      ...(corrected && { corrected }),
    }
  })
}

/** ROMI's files hold no more of an organ than its points. */
function fromPath(path: readonly number[], i: number, steps: Steps): OrganShown {
  const insertion: Place = [path[0] ?? 0, path[1] ?? 0, path[2] ?? 0]
  const [x = 0, y = 0, z = 0] = path.slice(-3)
  const line = [x - insertion[0], y - insertion[1], z - insertion[2]] as const
  const length = Math.hypot(...line)
  const turn = steps.angles.slice(0, i).reduce((sum, angle) => sum + angle, 0)
  return {
    number: i + 1,
    kind: 'fruit',
    counted: true,
    insertion,
    tip: [x, y, z],
    direction: length > 0 ? [line[0] / length, line[1] / length, line[2] / length] : [0, 0, 1],
    azimuth: turn % 360,
    height: steps.internodes.slice(0, i).reduce((sum, internode) => sum + internode, 0),
    length,
    path,
    ...stepAt(i, steps),
  }
}

const stepAt = (i: number, { angles, internodes }: Steps) => ({
  ...(i >= 0 && i < angles.length && { angle: angles[i] }),
  ...(i >= 0 && i < internodes.length && { internode: internodes[i] }),
})

function correctedIn(told: Json | undefined): OrganShown['corrected'] {
  if (!isJsonObject(told) || typeof told.correction !== 'string') return undefined
  const did = (['add', 'move', 'kind'] as const).find((one) => one === told.did)
  return did && { did, correction: told.correction }
}

const removedIn = (told: Json): Organs['removed'][number][] =>
  isJsonObject(told) && typeof told.correction === 'string'
    ? [{ at: pointIn(told.at), correction: told.correction }]
    : []

const tipFrom = (at: Place, direction: Place, length: number): Place => [
  at[0] + length * direction[0],
  at[1] + length * direction[1],
  at[2] + length * direction[2],
]

const finiteIn = (value: Json | undefined): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : 0

const numberList = (value: Json | undefined): number[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'number') : []

function pointIn(value: Json | undefined): Place {
  const [x, y, z] = Array.isArray(value) ? (value as readonly Json[]) : []
  return [finiteIn(x), finiteIn(y), finiteIn(z)]
}

/** Points as one list of numbers. */
const flatIn = (value: Json | undefined): number[] =>
  Array.isArray(value) ? value.flatMap((point: Json) => [...pointIn(point)]) : []
