// Begins a step. Loaded with the first one: a scan in which nothing is to be done does without it.
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
  /** Whether a name is that of another fileset, or of something that nothing lists. */
  readonly isTaken: (name: string) => boolean
}

/** Looks up at once all that a step reads now, as the facts change while it waits for its turn; and runs it. */
export function beginStep(
  step: ComputingStep,
  ready: Ready,
  { resolver, artifactOf, isTaken }: Looked,
  host: StepHost,
): Promise<StepOutcome> {
  return new StepRun(prepareStep(step, ready, resolver, artifactOf, isTaken), host).run()
}
