// The filesets of a scan, as the page tells them: which step they are the result of, what they hold.
import type { File } from '../../fsdb/file.ts'
import type { Fileset } from '../../fsdb/fileset.ts'
import type { Scan } from '../../fsdb/scan.ts'
import { recordIn, type StepRecord } from '../../plan/facts/record.ts'
import type { JsonObject } from '../../base/types.ts'
import type { ScanPlan } from '../../survey/plan-scans.ts'
import type { LayerKind, PlantFileset } from '../api.ts'
import { notThere } from '../http/answers.ts'
import { isShowable } from './photographs.ts'

/** The file by which a layer is known, whoever made it. */
export const layerFiles = {
  mesh: 'TriangleMesh',
  points: 'PointCloud',
  skeleton: 'CurveSkeleton',
  organs: 'AnglesAndInternodes',
  voxels: 'Voxels',
} as const satisfies Readonly<Record<Exclude<LayerKind, 'masks'>, string>>

const layerExtensions: Readonly<Record<keyof typeof layerFiles, string>> = {
  mesh: 'ply',
  points: 'ply',
  skeleton: 'json',
  organs: 'json',
  voxels: 'npz',
}

/** A fileset with what is known of how it was made. */
export interface KnownFileset {
  readonly fileset: Fileset
  readonly metadata: JsonObject
  readonly record: StepRecord | undefined
  readonly shown: PlantFileset
}

/** The filesets of a scan, in the order of its index. @param plan absent: none is known to be of today */
export async function knownFilesets(
  scan: Scan,
  plan: ScanPlan | undefined,
): Promise<KnownFileset[]> {
  const steps = stepsByFileset(plan)
  const metadata = await scan.filesetsMetadata()
  const all = await scan.getFilesets()
  return Promise.all(
    all.map(async (fileset) => {
      const of = metadata.get(fileset.id) ?? {}
      const record = recordIn(of)
      const step = steps.get(fileset.id)
      const shown = await shownFileset(fileset, of, record, step)
      return { fileset, metadata: of, record, shown }
    }),
  )
}

/** The filesets that the pipeline makes as it stands. */
export const filesetsOfToday = (plan: ScanPlan | undefined): ReadonlySet<string> =>
  new Set(stepsByFileset(plan).keys())

/** Which step each fileset is the result of today. */
function stepsByFileset(plan: ScanPlan | undefined): ReadonlyMap<string, string> {
  if (plan?.is !== 'planned') return new Map()
  return new Map(
    plan.steps.flatMap(({ step, decision }) =>
      decision.do === 'reuse' && decision.fileset !== undefined
        ? [[decision.fileset, step.name] as const]
        : [],
    ),
  )
}

async function shownFileset(
  fileset: Fileset,
  metadata: JsonObject,
  record: StepRecord | undefined,
  step: string | undefined,
): Promise<PlantFileset> {
  const files = await fileset.getFiles()
  const task = typeof metadata.task_name === 'string' ? metadata.task_name : undefined
  const inputs = Object.entries(record?.inputs ?? {}).flatMap(([slot, input]) =>
    input.fileset === undefined ? [] : [[slot, input.fileset] as const],
  )
  const isMasks = task === 'Masks' || fileset.id.startsWith('Masks')
  const layers = (Object.keys(layerFiles) as (keyof typeof layerFiles)[]).filter((kind) =>
    files.some(
      ({ id, extension }) =>
        id === layerFiles[kind] && extension.toLowerCase() === layerExtensions[kind],
    ),
  )
  return {
    id: fileset.id,
    ...(task !== undefined && { task }),
    ...(step !== undefined && { step }),
    ...(record && {
      key: record.key,
      made: record.made.at,
      seconds: record.made.seconds,
      bytes: record.made.bytes,
    }),
    isCurrent: step !== undefined,
    params: record?.params ?? {},
    inputs: Object.fromEntries(inputs),
    files: files.map(({ id, filename }) => ({ id, file: filename })),
    layers: isMasks && files.some(isShowable) ? ['masks', ...layers] : layers,
  }
}

/** Filesets to draw, by kind: those of today first, then the newer ones. */
export function layersOf(
  filesets: readonly PlantFileset[],
): Partial<Record<LayerKind, readonly string[]>> {
  const kinds = [...new Set(filesets.flatMap(({ layers }) => layers))]
  const sorted = filesets.toReversed()
  const of = (kind: LayerKind) => {
    const holders = sorted.filter(({ layers, step }) => layers.includes(kind) && !isTruth(step))
    return [
      ...holders.filter(({ isCurrent }) => isCurrent),
      ...holders.filter(({ isCurrent }) => !isCurrent),
    ].map(({ id }) => id)
  }
  return Object.fromEntries(kinds.map((kind) => [kind, of(kind)]))
}

/** A truth is not what was measured. */
const isTruth = (step: string | undefined): boolean => step?.endsWith('GroundTruth') ?? false

/** The file that a layer is read from. @throws RomiError `web/not-found` */
export async function layerFile(fileset: Fileset, kind: keyof typeof layerFiles): Promise<File> {
  const id = layerFiles[kind]
  if (await fileset.hasFile(id)) return fileset.getFile(id)
  return notThere(`${fileset.id} has no ${id}`)
}
