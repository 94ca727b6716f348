// Decides, for each step of a pipeline on one scan, what is to be done, and why.
//
//   forward:  sources first; a step whose inputs are known has a key, and is complete if a whole
//             fileset carries it; one whose input will be re-made may come out complete
//   backward: from the targets; what nobody needs is left alone
import type { Pipeline, Step } from '../pipeline/pipeline.ts'
import type { SourceTask } from '../task/task.ts'
import { outlookOfComputing } from './evaluate.ts'
import type { PlannedStep, Progress } from './decision.ts'
import type { ScanFacts } from './facts/facts.ts'
import { Looker } from './inputs/resolve.ts'
import { lossOf } from './loss.ts'
import { leaveUnneeded } from './prune.ts'
import { given, stopped, type Case, type Outlook } from './evaluation.ts'

/** Decides all steps of a pipeline on one scan. */
export async function decide(
  pipeline: Pipeline,
  facts: ScanFacts,
  progress: Progress,
  looker: Looker = new Looker(facts, pipeline.settings.unit),
): Promise<ReadonlyMap<string, PlannedStep>> {
  const above = new Map<string, Outlook>()
  const at: Case = { pipeline, facts, progress, looker, above }
  for (const step of pipeline.steps.values()) above.set(step.name, await outlookOf(step, at))
  return leaveUnneeded(pipeline, above, progress)
}

function outlookOf(step: Step, at: Case): Outlook | Promise<Outlook> {
  const { task } = step
  if (at.progress.failed.has(step.name)) return stopped(`${step.name} gave no result`, 'input-lost')
  if (step.adopt !== undefined) return adopted(step, step.adopt, at)
  if (task.is === 'source') return source(task, step.params, at)
  return outlookOfComputing({ ...step, task }, at)
}

async function source(
  task: SourceTask,
  params: Step['params'],
  { facts, looker }: Case,
): Promise<Outlook> {
  const located = task.locate(facts.view, params)
  if (located.is === 'missing') return stopped(located.why)
  if (located.is === 'nothing-needed') return given(undefined, undefined)
  const { only } = located
  const whole = await facts.fileset(located.fileset)
  const loss = lossOf(whole, facts.scan, only)
  if (loss !== undefined) return stopped(loss)
  return given(only ? looker.narrowed(whole, only) : whole, undefined)
}

/** A step for whose output a fileset stands in, whatever made that. */
async function adopted({ name, task }: Step, id: string, { facts }: Case): Promise<Outlook> {
  if (!facts.view.filesets.some((fileset) => fileset.id === id)) {
    return stopped(`[${name}.romi] adopts "${id}", which ${facts.scan} does not have`)
  }
  const fileset = await facts.fileset(id)
  const loss = lossOf(fileset, facts.scan)
  if (loss !== undefined) return stopped(loss)
  const annotates = task.is === 'computing' && task.annotates
  return given(fileset, annotates ? await facts.annotations(id) : undefined)
}
