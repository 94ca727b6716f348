// Begins a step. Loaded with the first one: a scan in which nothing is to be done does without it.
import { tuneForComputing } from '../base/v8.ts'
import { parseFilesetId } from '../fsdb/ids.ts'
import type { Ready } from '../plan/decision.ts'
import type { InputResolver } from '../plan/inputs/resolve.ts'
import type { ComputingStep } from '../pipeline/pipeline.ts'
import { prepareStep } from './prepare.ts'
import type { StepHost } from './step-host.ts'
import { StepRun, type StepOutcome } from './step-run.ts'

/** What a step that begins is looked up in. */
export interface Looked {
  readonly resolver: InputResolver
  /** The artifact that a step, or a task of another scan, makes. */
  readonly artifactOf: (step: string) => string
}

/** Looks up at once all that a step reads now, as the facts change while it waits for its turn; and runs it. */
export function beginStep(
  step: ComputingStep,
  ready: Ready,
  { resolver, artifactOf }: Looked,
  host: StepHost,
): Promise<StepOutcome> {
  tuneForComputing()
  const { facts, scan } = host
  const listed = new Set(facts.view.filesets.map(({ id }) => id))
  const isTaken = (name: string) => listed.has(name) || scan.isOccupied(parseFilesetId(name))
  return new StepRun(prepareStep(step, ready, resolver, artifactOf, isTaken), host).run()
}
