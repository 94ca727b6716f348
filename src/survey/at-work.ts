// Runs that are at work, in words: who, since when, and where their jobs wait and run.
import { some } from '../base/some.ts'
import type { PlacedJobCounts } from '../run/placed-counts.ts'
import type { PastRun, PastStep } from './past-run.ts'
import { count } from '../base/number-words.ts'
import { localTime } from '../base/local-time.ts'

/** Steps of a run that are named; more would not be read. */
const mostNamed = 8

/** `3 jobs wait (AssocGrpCpuLimit), 5 run on n1, n2`; of the jobs of several steps. */
export function placedText(placed: readonly PlacedJobCounts[]): string {
  const sum = (of: (one: PlacedJobCounts) => number) =>
    placed.reduce((all, one) => all + of(one), 0)
  const waiting = sum((one) => one.waiting)
  const running = sum((one) => one.running)
  const reasons = placed.flatMap(({ why, waiting: of }) => (why === undefined || !of ? [] : [why]))
  const nodes = [...new Set(placed.flatMap((one) => one.nodes))].sort()
  const why = reasons.length > 0 ? ` (${some([...new Set(reasons)])})` : ''
  const noun = waiting > 0 ? String(running) : count(running, 'job')
  const parts = [
    ...(waiting > 0 ? [`${count(waiting, 'job')} ${waiting === 1 ? 'waits' : 'wait'}${why}`] : []),
    ...(running > 0 ? [`${noun} ${running === 1 ? 'runs' : 'run'} on ${some(nodes)}`] : []),
  ]
  return parts.join(', ')
}

/** The same of one step, of which most have one job: `runs on n1`, `waits (Priority)`. */
export const stepPlacedText = (placed: PlacedJobCounts): string =>
  placed.waiting + placed.running === 1
    ? placedText([placed]).replace(/^1 job /, '')
    : placedText([placed])

const isRunning = ({ is }: PastStep): boolean => is === 'running'

/** Whether a step of a cluster has no job that runs yet. */
export const isWaiting = (placed: PlacedJobCounts | undefined): boolean =>
  placed !== undefined && placed.running === 0 && placed.waiting > 0

/** Those of whose jobs one runs come first: they are fewer, and there is more to tell of them. */
export const waitingLast = <T extends { readonly placed?: PlacedJobCounts }>(
  steps: readonly T[],
): T[] => steps.toSorted((a, b) => Number(isWaiting(a.placed)) - Number(isWaiting(b.placed)))

/** A line for each run, and one for each of its steps that are at work. */
export function atWorkLines(runs: readonly PastRun[]): string[] {
  return runs.flatMap((run) => {
    const running = waitingLast(run.steps.filter(isRunning))
    const done = run.steps.filter(({ is }) => is === 'finished').length
    const jobs = placedText(running.flatMap(({ placed }) => placed ?? []))
    const host = run.host === undefined ? '' : ` on ${run.host}`
    const head = `at work${host}: run ${run.id}${sinceText(run.begun)}: ${count(running.length, 'step')} now, ${done} done`
    const more = running.length - mostNamed
    return [
      jobs === '' ? head : `${head}; ${jobs}`,
      ...running.slice(0, mostNamed).map(workLine),
      ...(more > 0 ? [`  and ${more} more`] : []),
    ]
  })
}

function workLine({ scan, step, placed, since, done, total }: PastStep): string {
  const where = placed ? stepPlacedText(placed) : ''
  const far = done === undefined || total === undefined ? '' : `  ${done} of ${total}`
  return `  ▸ ${scan} ${step}${far}${where === '' ? '' : `  ${where}`}${sinceText(since)}`
}

/** By the clock of the run's machine, in the time zone of the reader's. */
const sinceText = (at: string | undefined): string =>
  at === undefined ? '' : ` since ${localTime(at)}`
