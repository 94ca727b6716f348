// What would be done on each scan: the plan, made without a lock and without writing.
import { isRomiError, RomiError } from '../base/errors.ts'
import { FSDB } from '../fsdb/fsdb.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import { nearest } from '../pipeline/suggest.ts'
import { decide, type PlannedStep } from '../plan/decide.ts'
import { expectedOf } from '../plan/expected.ts'
import { ScanReader } from '../plan/scan-reader.ts'
import type { Expected } from '../run/event.ts'
import { missingPrograms } from '../run/run.ts'
import type { Library } from '../task/library.ts'

/** A step of a plan, with what it is expected to take. */
export interface SurveyedStep extends PlannedStep {
  readonly expected?: Expected
}

/** One scan, decided; or why it cannot be. */
export type Surveyed =
  | {
      readonly is: 'planned'
      readonly scan: string
      readonly steps: readonly SurveyedStep[]
      readonly reader: ScanReader
    }
  | { readonly is: 'broken'; readonly scan: string; readonly message: string }

/** Decides scan after scan, so that memory does not grow with their number. */
export async function* survey(
  pipeline: Pipeline,
  library: Library,
  database: string,
  scans: readonly string[],
  forced: readonly string[] = [],
): AsyncGenerator<Surveyed> {
  const db = await FSDB.open(database)
  const progress = {
    forced: new Set(forced),
    failed: new Set<string>(),
    missingPrograms: missingPrograms(pipeline),
  }
  for (const scan of scans) {
    try {
      const reader = await ScanReader.read(db, await db.getScan(scan), library)
      const plan = await decide(pipeline, reader, progress)
      const steps = [...plan.values()].map((planned) => {
        const expected = expectedOf(reader.recordsOf(planned.step.name))
        return { ...planned, ...(expected && { expected }) }
      })
      yield { is: 'planned', scan, steps, reader }
    } catch (error) {
      // A damaged scan must not hide the others.
      if (!isRomiError(error)) throw error
      yield { is: 'broken', scan, message: error.message }
    }
  }
  await db.digests.save()
}

/** @throws RomiError `cli/unknown-step` for a step that the pipeline does not have */
export function checkSteps(names: readonly string[], pipeline: Pipeline): void {
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
