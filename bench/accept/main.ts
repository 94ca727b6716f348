// The acceptance of real plants: photographs to angles at full size, held against what was aimed at.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonObject } from '../../src/index.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { sharedData } from '../../test/support/shared.ts'
import { filesetOf, ranIn, romiRun, secondsOf, type Measured } from '../support/program.ts'
import { copiesIn } from '../support/published.ts'

/** A figure with what it should be. */
interface Figure {
  readonly what: string
  readonly found: number | string
  readonly aim: string
  readonly isMet: boolean
}

/** One of ROMI's pipeline files. */
const config = (name: string): string => join(sharedData ?? '', 'configs', `${name}.toml`)

const figures: Figure[] = []

function note(what: string, found: number | string, aim = '', isMet = true): void {
  const shown = typeof found === 'number' ? Number(found.toPrecision(4)) : found
  figures.push({ what, found: shown, aim, isMet })
  console.error(`${what}: ${shown}${aim === '' ? '' : ` (${aim})${isMet ? '' : ' NOT MET'}`}`)
}
const atMost = (what: string, found: number, limit: number): void =>
  note(what, found, `≤ ${limit}`, found <= limit)
const atLeast = (what: string, found: number, limit: number): void =>
  note(what, found, `≥ ${limit}`, found >= limit)

const json = (scan: string, run: Measured, step: string, file: string): JsonObject =>
  JSON.parse(readFileSync(join(scan, filesetOf(run, step), file), 'utf8')) as JsonObject

/** Poses: how many, and how good. */
function notePoses(name: string, scan: string, run: Measured): void {
  const images = json(scan, run, 'Colmap', 'images.json')
  atLeast(`${name}: photographs with a pose`, Object.keys(images).length, 60)
  const points = Object.values(json(scan, run, 'Colmap', 'points3d.json')) as JsonObject[]
  const error = points.reduce((sum, point) => sum + Number(point.error), 0) / points.length
  atMost(`${name}: reprojection error (pixel)`, error, 0.55)
  const { mean_euclidean_distance: distance } = json(
    scan,
    run,
    'Colmap',
    'euclidean_distances.json',
  )
  atMost(`${name}: mean distance to the scanner's poses (mm)`, Number(distance), 2.8)
}

/** The whole chain by one of ROMI's files, as it is. */
async function chain(name: string, scan: string): Promise<Measured> {
  const file = config(name)
  const poses = await romiRun(file, scan, '-t', 'Colmap')
  note(`${name}: Colmap (s)`, secondsOf(poses, 'Colmap'))
  notePoses(name, scan, poses)
  const rest = await romiRun(file, scan)
  atMost(`${name}: exit code`, rest.code, 0)
  atMost(`${name}: from Undistorted to angles (s)`, rest.seconds, 12)
  note(`${name}: of which computing (CPU s)`, rest.cpuSeconds)
  atMost(`${name}: memory from Undistorted to angles (MB)`, rest.memory, 1000)
  const told = json(
    scan,
    rest,
    'AnglesAndInternodesEvaluation',
    'AnglesAndInternodesEvaluation.json',
  )
  const { angle, internode } = told as Readonly<Record<string, JsonObject>>
  atLeast(`${name}: steps right of ${Number(told.true_steps)}`, Number(told.right), 20)
  note(`${name}: steps matched`, Number(told.matched))
  atMost(`${name}: median error of angles (°)`, Number(angle.median), 5)
  atMost(`${name}: mean error of internodes (mm)`, Number(internode.mae), 0.9)
  const again = await romiRun(file, scan)
  note(`${name}: again, nothing to do (s)`, again.seconds, 'no step', ranIn(again).length === 0)
  return poses
}

/** Pairs by the scanner's poses, against all pairs in the same run. */
async function guided(scan: string, exhaustive: Measured): Promise<void> {
  const file = config('geom_pipe_real')
  const run = await romiRun(file, scan, '-t', 'Colmap', '-s', 'Colmap.matcher=guided')
  notePoses('guided', scan, run)
  note('guided: Colmap (s)', secondsOf(run, 'Colmap'))
  const ratio = secondsOf(run, 'Colmap') / secondsOf(exhaustive, 'Colmap')
  atMost('guided: time as a share of exhaustive', ratio, 0.45)
  note('guided: computing as a share of exhaustive (CPU)', run.cpuSeconds / exhaustive.cpuSeconds)
}

/** A scan as `plan --json` tells of it. */
interface Planned {
  readonly steps: readonly { readonly step: string; readonly decision: { readonly do: string } }[]
}

/** What a change makes necessary. */
async function changes(scan: string): Promise<void> {
  const file = config('geom_pipe_real')
  const masks = await romiRun(file, scan, '-s', 'Masks.threshold=0.2')
  note(
    'another threshold: runs',
    ranIn(masks).join(' '),
    'no Colmap',
    !ranIn(masks).includes('Colmap'),
  )
  const db = new FSDB(join(scan, '..'))
  await db.connect()
  const images = await (await db.getScan('real_plant')).getFileset('images')
  const first = await images.getFile('00000_rgb')
  const added = await images.createFile('00060_rgb')
  await added.write(await first.read(), 'jpg')
  await added.setMetadata(await first.getMetadata())
  await db.disconnect()
  const plan = await romiRun('plan', file, scan)
  // Safe: what plan prints as JSON is a line a scan, of this form.
  const [{ steps }] = plan.events as unknown as readonly Planned[]
  const decision = steps.find(({ step }) => step === 'Colmap')?.decision.do
  note('another photograph: Colmap', String(decision), 'run', decision === 'run')
}

const parts = ['geom_pipe_real', 'test_geom_pipe_real', 'guided', 'changes']
const asked = process.argv.slice(2)
const wanted = (part: string): boolean => asked.length === 0 || asked.includes(part)
if (!sharedData) {
  console.error('the published scans are not at ../shared/data: there is no real plant')
  process.exitCode = 20
} else if (asked.some((part) => !parts.includes(part))) {
  console.error(`no such part; there is: ${parts.join(', ')}`)
  process.exitCode = 2
} else {
  const root = mkdtempSync(join(tmpdir(), 'romi-accept-'))
  try {
    const [scan] = await copiesIn(sharedData, join(root, 'db'), 'real_plant')
    const poses = await chain('geom_pipe_real', scan)
    if (wanted('guided')) await guided(scan, poses)
    if (wanted('test_geom_pipe_real')) await chain('test_geom_pipe_real', scan)
    if (wanted('changes')) await changes(scan)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
  console.log(`${cpus().length} cores of ${cpus()[0]?.model}, node ${process.version}`)
  console.table(figures)
  if (figures.some(({ isMet }) => !isMet)) process.exitCode = 1
}
