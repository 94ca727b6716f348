// Runs that are at work, in words: who, since when, and where their jobs wait and run.
import { some } from '../base/some.ts'
import type { PlacedJobCounts } from '../run/event.ts'
import type { PastRun, PastStep } from './past-runs.ts'
import { count } from './words.ts'

/** Steps of a run that are named; more would not be read. */
const mostNamed = 8

/** `3 jobs wait (AssocGrpCpuLimit), 5 run on n1, n2`; of the jobs of one step, or of several. */
export function placedText(placed: readonly PlacedJobCounts[]): string {
  const sum = (of: (one: PlacedJobCounts) => number) =>
    placed.reduce((all, one) => all + of(one), 0)
  const waiting = sum((one) => one.waiting)
  const running = sum((one) => one.running)
  const reasons = [...new Set(placed.flatMap(({ why }) => (why === undefined ? [] : [why])))]
  const nodes = [...new Set(placed.flatMap((one) => one.nodes))].sort()
  const why = reasons.length > 0 ? ` (${some(reasons)})` : ''
  const parts = [
    ...(waiting > 0 ? [`${count(waiting, 'job')} ${waiting === 1 ? 'waits' : 'wait'}${why}`] : []),
    ...(running > 0 ? [`${running} ${running === 1 ? 'runs' : 'run'} on ${some(nodes)}`] : []),
  ]
  return parts.join(', ')
}

const isRunning = ({ is }: PastStep): boolean => is === 'running'

/** A line for each run, and one for each of its steps that are at work. */
export function atWorkLines(runs: readonly PastRun[]): string[] {
  return runs.flatMap((run) => {
    const running = run.steps.filter(isRunning)
    const done = run.steps.filter(({ is }) => is === 'finished').length
    const jobs = placedText(running.flatMap(({ placed }) => placed ?? []))
    const since = run.begun === undefined ? '' : ` since ${run.begun}`
    const head = `at work: run ${run.id}${since}: ${count(running.length, 'step')} now, ${done} done`
    const more = running.length - mostNamed
    return [
      jobs === '' ? head : `${head}; ${jobs}`,
      ...running.slice(0, mostNamed).map(workLine),
      ...(more > 0 ? [`  and ${more} more`] : []),
    ]
  })
}

function workLine({ scan, step, placed, done, total }: PastStep): string {
  const where = placed ? placedText([placed]) : ''
  const far = done === undefined || total === undefined ? '' : `  ${done} of ${total}`
  return `  ▸ ${scan} ${step}${far}${where === '' ? '' : `  ${where}`}`
}
