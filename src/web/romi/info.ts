// What ROMI's viewer is told of a scan, in the words of both generations of plantdb.
import { isRomiError } from '../../base/errors.ts'
import { isJsonObject, type Json, type JsonObject } from '../../base/types.ts'
import { scanLayout } from '../../fsdb/layout.ts'
import type { Scan } from '../../fsdb/scan.ts'
import { dateIn } from '../plants/quick-row.ts'
import { isVirtual } from '../plants/unit.ts'
import { viewerShots } from './shots.ts'

/** One scan of `/scans` and `/scans_info`. Addresses begin at the base of the server. */
export interface RomiInfo {
  readonly id: string
  readonly metadata: {
    readonly date: string
    readonly species: string
    readonly plant: string
    readonly environment: string
    readonly nbPhotos: number
    /** `metadatas` is read by the older viewer, `metadata` by the newer one. */
    readonly files: {
      readonly archive: string
      readonly metadatas: string
      readonly metadata: string
    }
  }
  readonly thumbnailUri: string
  readonly images: readonly string[]
  readonly tasks_fileset: Readonly<Record<string, string>>
  readonly error: boolean
  readonly isVirtual: boolean
  /** What there is, by the names of both generations. */
  readonly [has: `has${string}`]: boolean
}

const notKnown = 'N/A'

/** By what the presence of a result is told: the file `id` of the newest fileset of a task. */
const results = {
  Colmap: 'cameras',
  PointCloud: 'PointCloud',
  TriangleMesh: 'TriangleMesh',
  CurveSkeleton: 'CurveSkeleton',
  TreeGraph: 'TreeGraph',
  AnglesAndInternodes: 'AnglesAndInternodes',
  PointCloudGroundTruth: 'PointCloud',
  PointCloudEvaluation: 'PointCloudEvaluation',
  SegmentedPointCloud: 'SegmentedPointCloud',
  SegmentedPointCloudEvaluation: 'SegmentedPointCloudEvaluation',
  Segmentation2D: undefined,
} as const
/** A result that the viewer asks for. */
export type RomiResult = keyof typeof results

/** The newest fileset of each task, by the task's name. */
export async function tasksOf(scan: Scan): Promise<ReadonlyMap<string, string>> {
  const metadata = await scan.filesetsMetadata()
  return new Map(
    [...metadata].map(([id, { task_name: task }]) => [
      typeof task === 'string' ? task : id.split('_')[0],
      id as string,
    ]),
  )
}

/** The file of a result, if it is there: fileset and file. */
export async function resultOf(
  scan: Scan,
  tasks: ReadonlyMap<string, string>,
  result: RomiResult,
): Promise<{ readonly fileset: string; readonly file: string } | undefined> {
  const id = tasks.get(result)
  if (id === undefined) return undefined
  const fileset = await scan.getFileset(id)
  const wanted: readonly (string | undefined)[] = [results[result], result]
  const files = await fileset.getFiles()
  const file = results[result] === undefined ? files[0] : files.find((f) => wanted.includes(f.id))
  return file && { fileset: id, file: file.id }
}

/** The info of a scan; one that is damaged has `error`, and all the keys. */
export async function infoOf(scan: Scan): Promise<RomiInfo> {
  try {
    return await readInfo(scan)
  } catch (error) {
    if (!isRomiError(error)) throw error
    return brokenInfo(scan.id)
  }
}

async function readInfo(scan: Scan): Promise<RomiInfo> {
  const metadata = await scan.getMetadata()
  const tasks = await tasksOf(scan)
  const { fileset, files } = await viewerShots(scan)
  const has = async (result: RomiResult) => (await resultOf(scan, tasks, result)) !== undefined
  const [first] = files
  const hasMesh = await has('TriangleMesh')
  const hasSkeleton = await has('CurveSkeleton')
  const hasAngles = await has('AnglesAndInternodes')
  const blank = brokenInfo(scan.id)
  return {
    ...blank,
    metadata: {
      ...blank.metadata,
      date: dateIn(metadata) ?? blank.metadata.date,
      species: wordIn(metadata, ['species']),
      plant: wordIn(metadata, ['plant_id', 'plant', 'object']),
      environment: wordIn(metadata, ['environment']),
      nbPhotos: files.length,
    },
    thumbnailUri: first
      ? `/image/${encodeURIComponent(scan.id)}/${fileset}/${encodeURIComponent(first.id)}?size=thumb`
      : '',
    images: files.map(({ filename }) => filename),
    tasks_fileset: Object.fromEntries(tasks),
    error: false,
    hasMesh,
    hasSkeleton,
    hasAngleData: hasAngles,
    hasTriangleMesh: hasMesh,
    hasCurveSkeleton: hasSkeleton,
    hasAnglesAndInternodes: hasAngles,
    isVirtual: await isVirtual(scan),
    hasColmap: await has('Colmap'),
    hasPointCloud: await has('PointCloud'),
    hasTreeGraph: await has('TreeGraph'),
    hasAutomatedMeasures: hasAngles,
    hasManualMeasures: await isMeasured(scan),
    hasSegmentation2D: await has('Segmentation2D'),
    hasPcdGroundTruth: await has('PointCloudGroundTruth'),
    hasPointCloudEvaluation: await has('PointCloudEvaluation'),
    hasSegmentedPointCloud: await has('SegmentedPointCloud'),
    hasSegmentedPcdEvaluation: await has('SegmentedPointCloudEvaluation'),
  }
}

/** A damaged file of measures must not hide the scan. */
async function isMeasured(scan: Scan): Promise<boolean> {
  try {
    return (await scan.measures()) !== undefined
  } catch (error) {
    if (!isRomiError(error)) throw error
    return false
  }
}

/** All keys, as the viewer reads them without looking whether they are there. */
export function brokenInfo(id: string): RomiInfo {
  const scan = encodeURIComponent(id)
  const about = `/files/${scan}/${scanLayout.metadata.replaceAll('\\', '/')}`
  return {
    id,
    metadata: {
      date: '1970-01-01 00:00:00',
      species: notKnown,
      plant: notKnown,
      environment: notKnown,
      nbPhotos: 0,
      files: { archive: `/archive/${scan}`, metadatas: about, metadata: about },
    },
    thumbnailUri: '',
    images: [],
    tasks_fileset: {},
    error: true,
    isVirtual: false,
    ...Object.fromEntries(flags.map((flag) => [flag, false])),
  }
}

const flags = [
  'hasMesh',
  'hasSkeleton',
  'hasAngleData',
  'hasTriangleMesh',
  'hasCurveSkeleton',
  'hasAnglesAndInternodes',
  'hasColmap',
  'hasPointCloud',
  'hasTreeGraph',
  'hasAutomatedMeasures',
  'hasManualMeasures',
  'hasSegmentation2D',
  'hasPcdGroundTruth',
  'hasPointCloudEvaluation',
  'hasSegmentedPointCloud',
  'hasSegmentedPcdEvaluation',
]

/** A word of the scan's metadata, of their own or of the table `object`, in which scanners put it. */
function wordIn(metadata: JsonObject, keys: readonly string[]): string {
  const tables = [isJsonObject(metadata.object) ? metadata.object : {}, metadata]
  const found = tables
    .flatMap((table) => keys.map((key): Json | undefined => table[key]))
    .find((value) => typeof value === 'string' && value !== '')
  return typeof found === 'string' ? found : notKnown
}
