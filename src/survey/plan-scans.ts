// What would be done on each scan: the plan, made without a lock and without writing.
import { isRomiError, RomiError } from '../base/errors.ts'
import { FSDB } from '../fsdb/fsdb.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import { nearest } from '../pipeline/suggest.ts'
import { decide } from '../plan/decide.ts'
import type { PlannedStep, Progress } from '../plan/decision.ts'
import { expectedOf } from '../plan/expected.ts'
import { ScanReader } from '../plan/facts/scan-reader.ts'
import { notesOn, type ScanNote } from '../plan/notes.ts'
import type { Expected } from '../run/event.ts'
import { missingPrograms } from '../run/run.ts'
import type { Library } from '../task/library.ts'
import { emptyScanFacts } from './empty-scan-facts.ts'
import { makesItsScans, type Chosen } from './scans.ts'

/** A step of a plan, with what it is expected to take. */
export interface ExpectedStep extends PlannedStep {
  readonly expected?: Expected
}

/** One scan, decided; or why it cannot be. */
export type ScanPlan =
  | {
      readonly is: 'planned'
      readonly scan: string
      readonly steps: readonly ExpectedStep[]
      /** The steps of which the scan has a result of some kind. */
      readonly ranBefore: ReadonlySet<string>
      readonly notes: readonly ScanNote[]
    }
  | { readonly is: 'broken'; readonly scan: string; readonly message: string }

/** Decides scan after scan, so that memory does not grow with their number. */
export async function* planScans(
  pipeline: Pipeline,
  library: Library,
  { database, scans, absent }: Chosen,
  forced: readonly string[] = [],
  dropsEdits = false,
): AsyncGenerator<ScanPlan> {
  const progress = progressOf(pipeline, forced, dropsEdits)
  const areMade = makesItsScans(pipeline)
  if (scans.length > 0 || !areMade) {
    const db = await FSDB.open(database)
    for (const scan of areMade ? scans : [...scans, ...absent]) {
      const found = await planScan(pipeline, library, db, scan, progress)
      await db.release(scan)
      yield found
    }
    // of scans that these read, too
    await db.digests.save()
  }
  for (const scan of areMade ? absent : []) {
    const plan = await decide(pipeline, emptyScanFacts(scan), progress)
    yield { is: 'planned', scan, steps: [...plan.values()], ranBefore: new Set(), notes: [] }
  }
}

/** What a plan knows before anything was done. */
export const progressOf = (
  pipeline: Pipeline,
  forced: readonly string[] = [],
  dropsEdits = false,
): Progress => ({
  forced: new Set(forced),
  dropsEdits,
  failed: new Set<string>(),
  missingPrograms: missingPrograms(pipeline),
})

/** Decides one scan; a damaged one says why it cannot be. */
export async function planScan(
  pipeline: Pipeline,
  library: Library,
  db: FSDB,
  scan: string,
  progress: Progress,
): Promise<ScanPlan> {
  try {
    const found = await db.getScan(scan)
    const reader = await ScanReader.read(db, found, library)
    const plan = await decide(pipeline, reader, progress)
    const steps = [...plan.values()].map((planned) => {
      const expected = expectedOf(reader.recordsOf(planned.step.name))
      return { ...planned, ...(expected && { expected }) }
    })
    const ranBefore = new Set(reader.made.map(({ task }) => task))
    return { is: 'planned', scan, steps, ranBefore, notes: await notesOn(found, pipeline) }
  } catch (error) {
    // A damaged scan must not hide the others.
    if (!isRomiError(error)) throw error
    return { is: 'broken', scan, message: error.message }
  }
}

/** @throws RomiError `cli/unknown-step` for a step that the pipeline does not have */
function checkSteps(names: readonly string[], pipeline: Pipeline): void {
  for (const name of names) {
    if (pipeline.steps.has(name)) continue
    const meant = nearest(name, pipeline.steps.keys())
    const hint =
      meant === undefined
        ? `it has ${[...pipeline.steps.keys()].join(', ')}`
        : `did you mean ${meant}?`
    throw new RomiError('cli/unknown-step', `the pipeline has no step "${name}": ${hint}`)
  }
}

/**
 * The pipeline, asked for one step by name: it is not left alone because nobody needs it.
 * @throws RomiError `cli/unknown-step`
 */
export function askedFor(step: string, pipeline: Pipeline): Pipeline {
  checkSteps([step], pipeline)
  return { ...pipeline, targets: [step], targetsNamed: true }
}

/** @throws RomiError `cli/unknown-step`; `cli/nothing-to-make` for a step that never makes anything */
export function checkForced(names: readonly string[], pipeline: Pipeline): void {
  checkSteps(names, pipeline)
  for (const name of names) {
    // Safe: it was checked on the line above.
    const { task, adopt } = pipeline.steps.get(name)!
    if (adopt === undefined && task.is === 'computing') continue
    const why =
      adopt === undefined
        ? 'it stands for data that are in the scan: force a step that reads it'
        : `[${name}.romi] adopts "${adopt}": take that line out first`
    throw new RomiError('cli/nothing-to-make', `${name} cannot be made again, ${why}`)
  }
}

/** @throws RomiError `cli/nothing-to-make` for corrections that are to be dropped of no step */
export function checkDrop(options: {
  readonly force?: readonly string[]
  readonly dropEdits?: boolean
}): void {
  if (!options.dropEdits || (options.force ?? []).length > 0) return
  throw new RomiError(
    'cli/nothing-to-make',
    '--drop-edits makes files anew that were corrected by hand: say of which step, with --force STEP',
  )
}
