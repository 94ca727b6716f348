// The published scans measured by ROMI's own pipeline files, in databases of their own.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { addPublished, type PublishedScan } from '../../test/support/published-scan.ts'
import { filesetOf, romiRun, type Measured } from './program.ts'

const evaluation = 'AnglesAndInternodesEvaluation'
const files: Readonly<Record<PublishedScan, string>> = {
  virtual_plant: 'test_geom_pipe_virtual.toml',
  real_plant: 'test_geom_pipe_real.toml',
}

/** Takes the poses that COLMAP once found and that stand with the photographs. */
export const knownPoses = ['Undistorted.camera_model_src', 'Voxels.upstream_colmap'].flatMap(
  (key) => ['-s', `${key}=DummyTask`],
)

/** What stands in the file of the evaluation, of what is reported. */
export interface Told {
  readonly true_steps: number
  readonly right: number
  readonly matched: number
  readonly missed: number
  readonly extra: number
  readonly extra_by_kind: Readonly<Record<string, number>> | null
  readonly length_unit: string | null
  readonly angle: { readonly mae: number; readonly median: number; readonly bias: number }
  readonly internode: { readonly mae: number }
}

/**
 * Measures a published scan by ROMI's file as it is.
 *
 * @param settings  further arguments of the program
 * @param work      looks at the scan's folder, and at the run from points on, before both are gone
 * @param prepare   changes the scan before it is measured
 */
export async function measuredByRomiFile(
  name: PublishedScan,
  data: string,
  settings: readonly string[],
  work: (scan: string, run: Measured) => void | Promise<void>,
  prepare?: (db: FSDB) => Promise<void>,
): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'romi-bench-'))
  try {
    const path = join(root, 'db')
    const db = await FSDB.create(path)
    await db.connect()
    await (await db.createScan(name)).createFileset('images')
    await addPublished(db, name, data, name)
    await prepare?.(db)
    await db.disconnect()
    const scan = join(path, name)
    const pipeline = [join(data, 'configs', files[name]), scan, ...settings]
    const points = await romiRun(...pipeline, '-t', 'PointCloud')
    const run = await romiRun(...pipeline, '-t', evaluation)
    if (points.code !== 0 || run.code !== 0) throw new Error(`${name}: the run failed, see above`)
    await work(scan, run)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** What the evaluation of a run told. */
export function evaluationIn(scan: string, run: Measured): Told {
  const path = join(scan, filesetOf(run, evaluation), `${evaluation}.json`)
  // Safe: the evaluation has just written it.
  return JSON.parse(readFileSync(path, 'utf8')) as Told
}
