// A run as plain lines, one for each thing that happened that a person wants to know.
import { basename } from 'node:path'
import { some } from '../../base/some.ts'
import { unreachable } from '../../base/types.ts'
import { doubtsIn } from '../../plan/checks.ts'
import type { RunEvent } from '../../run/event.ts'
import type { Style } from './style.ts'
import { stepPlacedText } from '../../survey/at-work.ts'
import { noteText } from '../../survey/notes.ts'
import { count, duration, size } from '../../base/number-words.ts'
import { decisionText } from '../../survey/words.ts'

/** How much is told. */
export interface Telling {
  readonly style: Style
  readonly verbose: boolean
  /** Whether started steps are told too; a live view shows them anyway. */
  readonly starts: boolean
  /** Whether lines name the scan: not needed where there is one only. */
  readonly scans: boolean
}

/** The lines for an event; most events have one or none. */
export function eventLines(event: RunEvent, file: string, telling: Telling): string[] {
  const { style, verbose } = telling
  switch (event.is) {
    case 'begun':
    case 'ended':
    case 'progress':
      return []
    case 'placed':
      return verbose && event.waiting + event.running > 0
        ? [stepLine(style.dim('·'), event, style.dim(stepPlacedText(event)), telling)]
        : []
    case 'planned':
      return verbose ? plannedLines(event, file, telling) : []
    case 'noted':
      return [`${style.yellow('!')} ${style.bold(event.scan)}  ${noteText(event.scan, event.note)}`]
    case 'broken':
      return [`${style.red('✗')} ${style.bold(event.scan)}  ${event.message}`]
    case 'held': {
      const what = event.waits ? 'waits' : 'left out (--wait waits for it)'
      return [`${style.yellow('–')} ${style.bold(event.scan)}  ${what}: ${event.message}`]
    }
    case 'reused':
      return reusedLines(event, telling) // what its checks say stands in the summary
    case 'started':
      return telling.starts ? [stepLine(style.blue('▸'), event, startText(event), telling)] : []
    case 'said':
      if (event.level === 'warn') return [stepLine(style.yellow('!'), event, event.text, telling)]
      return verbose ? [stepLine(style.dim('·'), event, style.dim(event.text), telling)] : []
    case 'finished':
      return [
        stepLine(style.green('✓'), event, finishText(event), telling),
        ...doubtLines(event, telling),
      ]
    case 'failed':
      return [stepLine(style.red('✗'), event, failureText(event), telling)]
    case 'skipped':
      if (event.cause === 'input-lost' && !verbose) return []
      return [stepLine(style.dim('–'), event, skipText(event), telling)]
    case 'cancelled':
      return verbose ? [stepLine(style.dim('–'), event, 'cancelled', telling)] : []
    default:
      return unreachable(event)
  }
}

function reusedLines(event: Extract<RunEvent, { is: 'reused' }>, telling: Telling): string[] {
  const { style, verbose } = telling
  if (event.edited.length > 0) {
    const edits = `complete, edited by hand (${some(event.edited)}): the edits are used`
    return [stepLine(style.yellow('✎'), event, edits, telling)]
  }
  return verbose && event.fileset !== undefined
    ? [stepLine(style.green('✓'), event, style.dim(`complete: ${event.fileset}`), telling)]
    : []
}

const doubtLines = (event: Extract<RunEvent, { is: 'finished' }>, telling: Telling): string[] =>
  doubtsIn(event.checks).map((text) => stepLine(telling.style.yellow('⚠'), event, text, telling))

/** The line for a step that is still running. */
export function progressLine(
  event: Extract<RunEvent, { is: 'progress' }>,
  telling: Telling,
): string {
  const { done, total, what } = event
  const part = `${Math.floor((100 * done) / Math.max(1, total))} %`
  const text = what === undefined ? part : `${part}, ${what}`
  return stepLine(telling.style.dim('·'), event, telling.style.dim(text), telling)
}

function stepLine(
  sign: string,
  { scan, step }: { readonly scan: string; readonly step: string },
  text: string,
  { style, scans }: Telling,
): string {
  return `${sign} ${scans ? `${scan} ` : ''}${style.bold(step)}  ${text}`
}

function plannedLines(
  { scan, steps }: Extract<RunEvent, { is: 'planned' }>,
  file: string,
  telling: Telling,
): string[] {
  return steps.flatMap(({ step, decision }) => {
    if (decision.do !== 'run' && decision.do !== 'maybe') return []
    const why = telling.style.dim(decisionText(decision, basename(file)))
    return [stepLine(telling.style.dim('·'), { scan, step }, `${decision.do}: ${why}`, telling)]
  })
}

function startText({ files }: Extract<RunEvent, { is: 'started' }>): string {
  if (files === undefined) return 'begins'
  const reused = files.reuse === 0 ? '' : `, ${files.reuse} taken over`
  return `begins: ${count(files.make, 'file')} to make${reused}`
}

function finishText(event: Extract<RunEvent, { is: 'finished' }>): string {
  const cost = `${duration(event.seconds)}, ${size(event.bytes)}`
  switch (event.reproducible) {
    case undefined:
      return cost
    case true:
      return `${cost}; came out the same: nothing replaced`
    case false:
      return `${cost}; came out different, the old result is retired: ${whyDifferent(event.madeBefore)}`
    default:
      return unreachable(event.reproducible)
  }
}

const whyDifferent = (madeBefore: readonly string[] = []): string =>
  madeBefore.length === 0
    ? 'this task is not deterministic'
    : `it was made with ${madeBefore.join(', ')}`

function failureText({ failure, retry }: Extract<RunEvent, { is: 'failed' }>): string {
  return retry ? `${failure.message} (tried again)` : failure.message
}

function skipText({ cause, why }: Extract<RunEvent, { is: 'skipped' }>): string {
  switch (cause) {
    case 'missing':
      return `cannot run: ${why}`
    case 'passed-over':
      return `passed over: ${why}`
    case 'input-lost':
      return `not run: ${why}`
    default:
      return unreachable(cause)
  }
}
