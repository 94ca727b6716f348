// A plan for people: what each scan's steps would do, and why.
import { basename } from 'node:path'
import { unreachable, type JsonObject } from '../../base/types.ts'
import type { Decision } from '../../plan/decision.ts'
import type { ScanPlan, ExpectedStep } from '../../survey/plan-scans.ts'
import type { Style } from './style.ts'
import { doubtsOf } from '../../survey/checks.ts'
import { noteText } from '../../survey/notes.ts'
import { table } from './table.ts'
import { count, duration, size } from '../../base/number-words.ts'
import { about, decisionText, decisionWord, isToDo } from '../../survey/words.ts'

/** The lines for one scan; a scan of which everything is complete takes one, unless `verbose`. */
export function planLines(
  surveyed: ScanPlan,
  file: string,
  style: Style,
  verbose: boolean,
): string[] {
  if (surveyed.is === 'broken') {
    return [`${style.bold(surveyed.scan)}  ${style.red(surveyed.message)}`]
  }
  const computing = surveyed.steps.filter(({ step }) => step.task.is === 'computing')
  const head = `${style.bold(surveyed.scan)}  ${planSummary(computing)}`
  const shown = verbose ? surveyed.steps : surveyed.steps.filter(isNews)
  const doubts = computing.flatMap((planned) =>
    doubtsOf(planned).map((text) => `  ${style.yellow('⚠')} ${planned.step.name}: ${text}`),
  )
  const rows = shown.map(({ step, decision, expected }) => [
    decisionMark(decision, style),
    step.name,
    decisionWord(decision),
    isToDo(decision) && expected ? about(expected.seconds) : '',
    style.dim(decisionText(decision, basename(file))),
  ])
  const notes = surveyed.notes.map(
    (note) => `  ${style.yellow('!')} ${noteText(surveyed.scan, note)}`,
  )
  return [head, ...table(rows, '  '), ...doubts, ...notes]
}

/** `2 to run, 1 maybe, 5 complete; about 40 s and 12 MB`. */
function planSummary(steps: readonly ExpectedStep[]): string {
  if (steps.length === 0) return 'no step can be planned'
  const of = (what: Decision['do']) => steps.filter(({ decision }) => decision.do === what).length
  const stopped = steps.filter(({ decision }) => isStopped(decision)).length
  if (of('run') + of('maybe') + stopped === 0) return `${count(of('reuse'), 'step')} complete`
  const parts = [
    ...(of('run') > 0 ? [`${of('run')} to run`] : []),
    ...(of('maybe') > 0 ? [`${of('maybe')} maybe`] : []),
    ...(stopped > 0 ? [`${stopped} cannot run`] : []),
    ...(of('reuse') > 0 ? [`${of('reuse')} complete`] : []),
  ]
  return parts.join(', ') + costOf(steps)
}

/** What the steps to do took before; those that never ran are not guessed at. */
function costOf(steps: readonly ExpectedStep[]): string {
  const known = steps.flatMap(({ decision, expected }) =>
    isToDo(decision) && expected ? [expected] : [],
  )
  if (known.length === 0) return ''
  const seconds = known.reduce((sum, expected) => sum + expected.seconds, 0)
  const bytes = known.reduce((sum, expected) => sum + expected.bytes, 0)
  const unknown = steps.filter((step) => isToDo(step.decision) && !step.expected).length
  const more = unknown === 0 ? '' : `, and ${count(unknown, 'step')} of unknown length`
  return `; about ${duration(seconds)} and ${size(bytes)}${more}`
}

/** Whether there is something to do of which nothing tells how long it takes. */
export const isOfUnknownLength = (surveyed: ScanPlan): boolean =>
  surveyed.is === 'planned' &&
  surveyed.steps.some(({ decision }) => isToDo(decision)) &&
  surveyed.steps.every(({ decision, expected }) => !isToDo(decision) || !expected)

/** One scan of a plan, for programs. */
export function planJson(surveyed: ScanPlan, notLoaded: readonly string[] = []): JsonObject {
  if (surveyed.is === 'broken') return { scan: surveyed.scan, broken: surveyed.message }
  const steps = surveyed.steps.map(({ step, decision, expected }) => ({
    step: step.name,
    // Safe: a decision is made of JSON values only.
    decision: decision as unknown as JsonObject,
    ...(expected && { expected: { ...expected } }),
  }))
  const notes = surveyed.notes.map((note) => ({ ...note }))
  const left = notLoaded.length > 0 && { notLoaded: [...notLoaded] }
  return { scan: surveyed.scan, steps, ...left, ...(notes.length > 0 && { notes }) }
}

/** An evaluation that is passed over lacks nothing. */
const isStopped = (decision: Decision): boolean =>
  decision.do === 'stop' && decision.cause !== 'passed-over'

const isNews = ({ decision }: ExpectedStep): boolean =>
  isToDo(decision) || isStopped(decision) || (decision.do === 'reuse' && decision.edited.length > 0)

/** A sign that stands for the decision, also without colours. */
export function decisionMark(decision: Decision, style: Style): string {
  switch (decision.do) {
    case 'reuse':
      return decision.edited.length > 0 ? style.yellow('✎') : style.green('✓')
    case 'run':
      return style.blue('▸')
    case 'maybe':
      return style.blue('?')
    case 'leave':
      return style.dim('·')
    case 'stop':
      return decision.cause === 'passed-over' ? style.dim('–') : style.red('✗')
    default:
      return unreachable(decision)
  }
}
