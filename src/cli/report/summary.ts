// The end of a run, for people: what ran, was reused, failed and why; what came out, and where it lies.
import { remember } from '../../base/memo.ts'
import { some } from '../../base/some.ts'
import type { TaskFailure } from '../../run/event.ts'
import type { RunState, ScanState, StepState } from '../../run/state.ts'
import { resultLines, type ToldResult } from './results.ts'
import type { Style } from './style.ts'
import { table } from './table.ts'
import { unbroken } from './visible.ts'
import { count, duration } from '../../base/number-words.ts'

/**
 * The summary; a run without anything to do takes one line.
 * @param computing the steps that compute: sources are not counted
 * @param results   what was asked for and made
 * @param log       the folder of the run's log, if it left one
 */
export function summaryLines(
  state: RunState,
  computing: ReadonlySet<string>,
  results: readonly ToldResult[],
  log: string | undefined,
  style: Style,
): string[] {
  const scans = [...state.scans].map(([id, scan]) => [id, ofSteps(scan, computing)] as const)
  const failures = scans.flatMap(([scan, { steps }]) => failuresOf(scan, steps))
  const news = scans.filter(([, scan]) => hasNews(scan))
  const quiet = scans.length - news.length
  const rows = news.map(([id, scan]) => [style.bold(id), ...countsOf(scan, style)])
  return [
    ...table(rows),
    ...(quiet > 0 ? [quietLine(scans, quiet, style)] : []),
    ...failures.flatMap(({ scan, step, failure }) => failureLines(scan, step, failure, style)),
    ...lackLines(state, style),
    ...warningLines(state, style),
    ...resultLines(results, scans.length > 1, style),
    ...coreHourLines(state, style),
    ...endLines(state, log, style),
  ]
}

function endLines({ ended }: RunState, log: string | undefined, style: Style): string[] {
  if (!ended) return []
  const where = log === undefined ? '' : `, log: ${unbroken(log)}`
  return [style.dim(`${duration(ended.seconds)}${where}`)]
}

/** What the steps took on other machines. */
function coreHourLines({ scans }: RunState, style: Style): string[] {
  const seconds = new Map<string, number>()
  for (const { steps } of scans.values())
    for (const [name, step] of steps)
      if (step.is === 'finished' && step.coreSeconds !== undefined)
        seconds.set(name, (seconds.get(name) ?? 0) + step.coreSeconds)
  if (seconds.size === 0) return []
  const hours = (of: number) => (of / 3600).toPrecision(2)
  const total = [...seconds.values()].reduce((sum, of) => sum + of, 0)
  const parts = [...seconds]
    .sort(([, a], [, b]) => b - a)
    .map(([name, of]) => `${name} ${hours(of)}`)
  return [style.dim(`core hours: ${hours(total)} (${parts.join(', ')})`)]
}

function quietLine(
  scans: readonly (readonly [string, ScanState])[],
  quiet: number,
  style: Style,
): string {
  const what = scans.length === 1 ? style.bold(scans[0][0]) : count(quiet, 'scan')
  return `${style.green('✓')} ${what}  everything was complete already`
}

const ofSteps = (scan: ScanState, names: ReadonlySet<string>): ScanState => ({
  ...scan,
  steps: new Map([...scan.steps].filter(([name]) => names.has(name))),
})

const hasNews = ({ broken, held, steps }: ScanState): boolean =>
  broken !== undefined || held !== undefined || [...steps.values()].some((step) => !isQuiet(step))

const isQuiet = (step: StepState): boolean =>
  step.is === 'reused' ||
  step.is === 'left' ||
  (step.is === 'skipped' && step.cause === 'passed-over')

function countsOf({ broken, held, steps }: ScanState, style: Style): string[] {
  if (broken !== undefined) return [style.red(broken)]
  if (held !== undefined) return [style.yellow(held)]
  const of = (...states: StepState['is'][]) =>
    [...steps.values()].filter(({ is }) => states.includes(is)).length
  const skipped = (...causes: string[]) =>
    [...steps.values()].filter((step) => step.is === 'skipped' && causes.includes(step.cause))
      .length
  const parts = [
    ...part(of('finished'), 'done', style.green),
    ...part(of('reused'), 'complete before', style.dim),
    ...part(of('failed'), 'failed', style.red),
    ...part(skipped('missing'), 'without data', style.red),
    ...part(skipped('input-lost'), 'not run', style.yellow),
    ...part(skipped('passed-over'), 'passed over', style.dim),
    ...part(of('cancelled', 'waiting', 'running'), 'cancelled', style.yellow),
  ]
  return [parts.join(', ')]
}

const part = (n: number, word: string, colour: (text: string) => string): string[] =>
  n === 0 ? [] : [colour(`${n} ${word}`)]

interface Failed {
  readonly scan: string
  readonly step: string
  readonly failure: TaskFailure
}

const failuresOf = (scan: string, steps: ScanState['steps']): Failed[] =>
  [...steps].flatMap(([step, state]) =>
    state.is === 'failed' ? [{ scan, step, failure: state.failure }] : [],
  )

function failureLines(
  scan: string,
  step: string,
  { message, stack, logTail }: TaskFailure,
  style: Style,
): string[] {
  // The first line of a stack is the message again.
  const frames = stack?.split('\n').slice(1, 5) ?? []
  return [
    '',
    `${style.red('failed')} ${scan} ${style.bold(step)}: ${message}`,
    ...frames.map((frame) => style.dim(`  ${frame.trim()}`)),
    ...logTail.slice(-10).map((text) => style.dim(`  | ${text}`)),
  ]
}

/** Why steps could not run, each reason once, with the steps and, if there are several, the scans. */
function lackLines({ scans }: RunState, style: Style): string[] {
  const lacks = new Map<string, { steps: Set<string>; from: Set<string> }>()
  for (const [scan, { steps }] of scans)
    for (const [name, step] of steps) {
      if (step.is !== 'skipped' || step.cause !== 'missing') continue
      const lack = remember(lacks, step.why, () => ({ steps: new Set(), from: new Set() }))
      lack.steps.add(name)
      lack.from.add(scan)
    }
  return [...lacks].map(([why, { steps, from }]) => {
    const named = scans.size > 1 ? ` (${some([...from], 5)})` : ''
    return `${style.red('✗')} ${some([...steps])}: ${why}${named}`
  })
}

/** How many warnings of one step are shown; the others, such as one for each photograph, are counted. */
const mostWarnings = 5

/** Each warning once, with the scans that it came of if there are several. */
export function warningLines({ scans, warnings }: RunState, style: Style): string[] {
  const steps = new Map<string, Map<string, string[]>>()
  for (const { scan, step, text, isBroken } of warnings) {
    const sign = style.yellow(isBroken ? '⚠' : '!')
    const texts = remember(steps, step, () => new Map<string, string[]>())
    remember(texts, `${sign} ${step}: ${text}`, () => []).push(scan)
  }
  return [...steps].flatMap(([step, texts]) => {
    const more = texts.size - mostWarnings
    const told = [...texts].slice(0, mostWarnings).map(([text, from]) => {
      const different = [...new Set(from)]
      const named = scans.size > 1 ? ` (${some(different, 5)})` : ''
      const times = from.length > different.length ? ` (${from.length} times)` : ''
      return `${text}${named}${times}`
    })
    const rest = `${style.yellow('!')} ${step}: ${count(more, 'warning')} more in the log`
    return more > 0 ? [...told, rest] : told
  })
}
