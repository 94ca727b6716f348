// One plant: its photographs with cameras, masks and checks, its filesets, what there is to draw.
import { isRomiError } from '../../base/errors.ts'
import { localTime } from '../../base/local-time.ts'
import { isJsonObject, type Json, type JsonObject } from '../../base/types.ts'
import type { Scan } from '../../fsdb/scan.ts'
import type { CheckReport } from '../../plan/check-report.ts'
import { checksOf } from '../../survey/checks.ts'
import type { ScanPlan } from '../../survey/plan-scans.ts'
import { imageAddress } from '../addresses.ts'
import type { OfPhotograph, Organs, Photograph, Place, Plant, PlantRow } from '../api.ts'
import type { Served } from '../served.ts'
import { camerasOf, type CameraSources } from './cameras.ts'
import { correctionsOf } from './corrections.ts'
import { filesetsOfToday, knownFilesets, layersOf, type KnownFileset } from './filesets.ts'
import { organsIn } from './organs.ts'
import { isShowable, photographFileset } from './photographs.ts'
import { unitOf } from './unit.ts'

/** All that is told of a scan. @param plan absent: nothing of it is known to be of today */
export async function plantShown(
  served: Served,
  row: PlantRow,
  plan: ScanPlan | undefined,
): Promise<Plant> {
  const scan = await served.db.getScan(row.id)
  const known = await knownFilesets(scan, plan)
  const shown = known.map((one) => one.shown)
  const layers = layersOf(shown)
  const organs = await organsToldBy(scan, layers.organs?.[0])
  const box = await boxAbout(scan, known)
  const holder = holderOf(served, scan.id)
  return {
    row,
    ...(await unitOf(scan, await served.pipeline())),
    photographs: await photographsIn(scan, known, plan),
    filesets: shown,
    layers,
    ...(organs && { organs }),
    ...(box && { box }),
    corrections: await correctionsOf(scan, known),
    ...(holder !== undefined && { holder }),
  }
}

/** Sent with the plant: nothing can be drawn of it before. Whoever asks for damaged ones is told why. */
async function organsToldBy(scan: Scan, fileset: string | undefined): Promise<Organs | undefined> {
  if (fileset === undefined) return undefined
  try {
    return await organsIn(await scan.getFileset(fileset))
  } catch (error) {
    if (!isRomiError(error)) throw error
    return undefined
  }
}

/** Who writes to a scan now: a run, an import. */
export function holderOf({ db }: Served, scan: string): string | undefined {
  const holder = db.writers().find((writer) => {
    const claims = claimsOf(writer)
    return claims.includes(scan) || claims.includes('*')
  })
  if (!holder) return undefined
  const { command } = holder.info
  const what = typeof command === 'string' ? command : 'another program'
  return `${what} (process ${holder.pid} on ${holder.host}, since ${localTime(holder.since)})`
}

/** The scans that a writer has; of one of an earlier version, all. */
function claimsOf(writer: object): readonly string[] {
  if (!('claims' in writer) || !Array.isArray(writer.claims)) return ['*']
  return writer.claims.flatMap(({ of }: { of?: unknown }) => (typeof of === 'string' ? [of] : []))
}

/** The photographs of a scan, in the order of their ids. */
export async function photographsIn(
  scan: Scan,
  known: readonly KnownFileset[],
  plan: ScanPlan | undefined,
): Promise<Photograph[]> {
  const fileset = await photographFileset(scan, filesetsOfToday(plan))
  if (!fileset) return []
  const files = (await fileset.getFiles()).filter(isShowable)
  const metadata = await fileset.filesMetadata()
  const own = new Map([...metadata].map(([id, of]) => [id as string, of]))
  const cameras = await camerasOf(scan, fileset.id, own, cameraSources(known, plan))
  const made = madeFrom(scan.id, fileset.id, known)
  const checks = checksByFile(known, plan)
  return files.sort(byId).map((file): Photograph => {
    const of = own.get(file.id) ?? {}
    const camera = cameras.get(file.id)
    const excluded = excludedIn(of.excluded)
    const results = made.get(file.id) ?? []
    return {
      id: file.id,
      fileset: fileset.id,
      ...(typeof of.channel === 'string' && { channel: of.channel }),
      image: imageAddress(scan.id, fileset.id, file.id, 'orig'),
      thumbnail: imageAddress(scan.id, fileset.id, file.id, 'thumb'),
      ...(camera && { camera }),
      ...(excluded && { excluded }),
      made: results,
      checks: results.flatMap((one) => checks.get(`${one.fileset}/${one.file}`) ?? []),
    }
  })
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number =>
  a.id < b.id ? -1 : 1

/** Why a photograph is left out, as its metadata tell; also a plain `true` of an editor. */
function excludedIn(told: Json | undefined): Photograph['excluded'] {
  if (told === undefined || told === false || told === null) return undefined
  const { why, by, date } = isJsonObject(told) ? told : {}
  const reason = typeof told === 'string' ? told : why
  return {
    ...(typeof reason === 'string' && { why: reason }),
    ...(typeof by === 'string' && { by }),
    ...(typeof date === 'string' && { date }),
  }
}

/** Filesets of today that hold cameras: refined ones before those that were found. */
function cameraSources(known: readonly KnownFileset[], plan: ScanPlan | undefined): CameraSources {
  const holders = known.filter(
    ({ shown: { isCurrent, task, files } }) =>
      (isCurrent || task === 'Colmap') && files.some(({ file }) => file === 'images.json'),
  )
  const rank = ({ shown }: KnownFileset) => (shown.task === 'Voxels' ? 0 : shown.isCurrent ? 1 : 2)
  const keys = plan?.is === 'planned' ? plan.steps : []
  return {
    filesets: holders.sort((a, b) => rank(a) - rank(b)).map(({ fileset }) => fileset.id),
    keys: keys.flatMap(({ step }) =>
      typeof step.params.camera_metadata === 'string' ? [step.params.camera_metadata] : [],
    ),
  }
}

/** The pictures that steps made from each photograph, current ones first. */
function madeFrom(
  scan: string,
  photographs: string,
  known: readonly KnownFileset[],
): ReadonlyMap<string, OfPhotograph[]> {
  const byFile = new Map<string, OfPhotograph[]>()
  for (const { fileset, record, shown } of known) {
    if (!record) continue
    const there = new Set(shown.files.map(({ id }) => id))
    for (const [file, output] of Object.entries(record.outputs)) {
      const from = output.lineage?.find((ref) => ref.fileset === photographs)?.file
      if (from === undefined || !there.has(file)) continue
      const one: OfPhotograph = {
        fileset: fileset.id,
        step: shown.step ?? shown.task ?? '',
        file,
        image: imageAddress(scan, fileset.id, file, 'orig'),
        isCurrent: shown.isCurrent,
        isEdited: output.edited === true,
      }
      const before = byFile.get(from) ?? []
      byFile.set(from, one.isCurrent ? [one, ...before] : [...before, one])
    }
  }
  return byFile
}

/** The values of file-by-file checks of today, by fileset and file. */
function checksByFile(
  known: readonly KnownFileset[],
  plan: ScanPlan | undefined,
): ReadonlyMap<string, Photograph['checks'][number][]> {
  const found = new Map<string, Photograph['checks'][number][]>()
  const planned = plan?.is === 'planned' ? plan.steps : []
  for (const one of planned) {
    if (one.decision.do !== 'reuse') continue
    const { fileset } = one.decision
    const record = known.find(({ shown }) => shown.id === fileset)?.record
    const reports = new Map(checksOf(one).map((report) => [report.check, report]))
    for (const [file, output] of Object.entries(record?.outputs ?? {}))
      found.set(`${fileset}/${file}`, checkValues(one.step.name, file, output.checks, reports))
  }
  return found
}

const checkValues = (
  step: string,
  file: string,
  checks: KnownChecks = {},
  reports: ReadonlyMap<string, CheckReport>,
): Photograph['checks'][number][] =>
  Object.entries(checks).map(([check, { value, note }]) => {
    const report = reports.get(check)
    const unit = report?.unit
    return {
      step,
      check,
      value,
      ...(unit !== undefined && { unit }),
      isBroken: report?.broken.some((of) => of.file === file) ?? false,
      ...(note !== undefined && { note }),
    }
  })

type KnownChecks = NonNullable<KnownFileset['record']>['outputs'][string]['checks']

/** The box that the scan's metadata tell, those of its photographs, or of the voxels of today. */
export async function boxAbout(scan: Scan, known: readonly KnownFileset[]): Promise<Plant['box']> {
  const own = await scan.getMetadata()
  const candidates: (Json | undefined)[] = [
    own.workspace,
    own.bounding_box,
    ...known.flatMap(({ metadata }) => [metadata.bounding_box, metadata.workspace]),
  ]
  return candidates.map(boxFrom).find(Boolean)
}

/** `{ x: [low, high], y, z }` as a box. */
export function boxFrom(value: Json | undefined): Plant['box'] {
  if (!isJsonObject(value)) return undefined
  const sides = ['x', 'y', 'z'].map((axis) => sideIn(value, axis))
  const [x, y, z] = sides
  if (!x || !y || !z) return undefined
  const at = (end: 0 | 1): Place => [x[end], y[end], z[end]]
  return { low: at(0), high: at(1) }
}

function sideIn(box: JsonObject, axis: string): readonly [number, number] | undefined {
  const side = box[axis]
  if (!Array.isArray(side)) return undefined
  const [low, high] = side as readonly Json[]
  return typeof low === 'number' && typeof high === 'number' ? [low, high] : undefined
}
