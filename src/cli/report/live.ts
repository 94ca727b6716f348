// The live view of a run: what is running now, how far, how fast, how long still.
import type { StepState } from '../../run/state.ts'
import type { Style } from './style.ts'
import { shortened, table } from './table.ts'
import { isWaiting, placedText, stepPlacedText, waitingLast } from '../../survey/at-work.ts'
import { estimate, paceKey, type LiveView } from './view.ts'
import { duration } from '../../base/number-words.ts'
import { about } from '../../survey/words.ts'

/** Lines of running steps that are shown; more would not be calm. */
const mostShown = 8
const barWidth = 16

/** The lines at one moment, none wider than the terminal. */
export function liveLines(view: LiveView, now: number, columns: number, style: Style): string[] {
  const scans = [...view.state.scans]
  const running = waitingLast(
    scans.flatMap(([scan, { steps }]) =>
      [...steps].flatMap(([step, state]) =>
        state.is === 'running'
          ? [{ scan, step, state, ...(state.placed && { placed: state.placed }) }]
          : [],
      ),
    ),
  )
  const rows = running
    .slice(0, mostShown)
    .map(({ scan, step, state }) => [
      isWaiting(state.placed) ? style.dim('·') : style.blue('▸'),
      scans.length > 1 ? `${scan} ${style.bold(step)}` : style.bold(step),
      ...progressCells(state, view, paceKey(scan, step), now, style),
    ])
  const more = running.length - mostShown
  return [
    ...table(rows),
    ...(more > 0 ? [style.dim(`  and ${more} more`)] : []),
    style.dim(countsLine(view, placedText(running.flatMap(({ placed }) => placed ?? [])))),
  ].map((text) => shortened(text, columns))
}

function progressCells(
  state: Extract<StepState, { is: 'running' }>,
  view: LiveView,
  key: string,
  now: number,
  style: Style,
): string[] {
  const pace = view.paces.get(key) ?? { begun: now }
  const { share, rate, secondsLeft } = estimate(state, pace, now)
  const begun = duration((now - pace.begun) / 1000)
  // Of one that waits for a machine, nobody knows how long it takes.
  const isKnown = secondsLeft !== undefined && !isWaiting(state.placed)
  const left = isKnown ? `${about(secondsLeft)} left` : begun
  const where = style.dim(state.placed ? stepPlacedText(state.placed) : '')
  if (share === undefined) return ['', '', '', left, where]
  const filled = Math.round(share * barWidth)
  const bar = style.green('━'.repeat(filled)) + style.dim('─'.repeat(barWidth - filled))
  const what = state.placed || state.what === undefined ? where : style.dim(state.what)
  const speed = rate === undefined ? '' : `${rateText(rate)}/s`
  return [bar, `${Math.floor(share * 100)} %`.padStart(5), speed, left, what]
}

/** `0.4`, `12`, `3.1k`, `2.0M`. */
function rateText(rate: number): string {
  for (const [unit, name] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (rate >= unit) return `${(rate / unit).toFixed(1)}${name}`
  }
  return rate < 10 ? rate.toFixed(1) : rate.toFixed(0)
}

/** `2 of 7 steps done, 3 of 10 scans`, with what is on other machines. */
function countsLine({ state }: LiveView, placed: string): string {
  const scans = [...state.scans.values()]
  const steps = scans.flatMap((scan) => [...scan.steps.values()])
  const toDo = steps.filter(({ is }) => is !== 'left' && is !== 'reused')
  const done = toDo.filter(({ is }) => is !== 'waiting' && is !== 'running').length
  const isOver = (scan: (typeof scans)[number]) =>
    scan.broken !== undefined ||
    scan.held !== undefined ||
    (scan.steps.size > 0 &&
      [...scan.steps.values()].every(({ is }) => is !== 'waiting' && is !== 'running'))
  const of = scans.length > 1 ? `, ${scans.filter(isOver).length} of ${scans.length} scans` : ''
  return `${done} of ${toDo.length} steps done${of}${placed === '' ? '' : `; ${placed}`}`
}
