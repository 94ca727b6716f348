// Numbers and reasons in the words that people use for them.
import type { Decision } from '../plan/decision.ts'
import { leftEditsText } from '../plan/edits.ts'
import type { MetadataChange, ParameterChange, Reason } from '../plan/reason.ts'
import { count, duration } from '../base/number-words.ts'
import { some } from '../base/some.ts'
import { unreachable, type Json } from '../base/types.ts'

/** `≈ 12 s`; what is next to nothing is said to be so. */
export const about = (seconds: number): string =>
  seconds < 0.05 ? duration(seconds) : `≈ ${duration(seconds)}`

/** Why a step runs: `threshold 0.15 → 0.2 (geom.toml:21)`. */
export function reasonText(reason: Reason, file: string): string {
  switch (reason.why) {
    case 'never-ran':
      return 'never ran on this scan'
    case 'parameter':
      return reason.changes.map((change) => changeText(change, file)).join(', ')
    case 'version':
      return `the task changed: version ${reason.from} → ${reason.to}`
    case 'code':
      return codeText(reason)
    case 'input-changed':
      return inputText(reason)
    case 'files-missing':
      return `${reason.fileset} lacks ${some(reason.files)}`
    case 'deleted':
      return reason.reader === undefined
        ? 'was deleted'
        : `was deleted, and ${reason.reader} reads it`
    case 'incomplete':
      return `interrupted; ${count(reason.finished, 'file')} finished`
    case 'forced':
      return 'forced'
    case 'follows':
      return `${reason.step} is made again`
    default:
      return unreachable(reason)
  }
}

function codeText({ file, change }: Extract<Reason, { why: 'code' }>): string {
  switch (change) {
    case 'other':
      return `its code changed: ${file}`
    case 'counts-now':
      return `its code is now part of the key: ${file}`
    case 'counts-no-more':
      return `its code is no longer part of the key: ${file}`
    default:
      return unreachable(change)
  }
}

function changeText({ name, from, to, line }: ParameterChange, file: string): string {
  const where = line === undefined ? '' : ` (${file}:${line})`
  return `${name} ${valueText(from)} → ${valueText(to)}${where}`
}

const valueText = (value: Json | undefined): string => {
  if (value === undefined) return 'unset'
  const text = JSON.stringify(value)
  return text.length > 40 ? `${text.slice(0, 37)}…` : text
}

function inputText(reason: Extract<Reason, { why: 'input-changed' }>): string {
  const { added, removed, changed, metadata, slot, step } = reason
  const parts = [
    ...(added.length > 0 ? [`${added.length} added (${some(added)})`] : []),
    ...(removed.length > 0 ? [`${removed.length} removed (${some(removed)})`] : []),
    ...(changed.length > 0 ? [`${changed.length} changed (${some(changed)})`] : []),
    ...(metadata.length > 0 ? [`metadata changed (${some(metadata.map(metadataText))})`] : []),
  ]
  const what = parts.length > 0 ? parts.join(', ') : 'other content'
  return `${slot} from ${step}: ${what}`
}

/** `camera of 60 files`, `channel of a: "rgb" → "mask"`, `unit: "mm" → "cm"`. */
function metadataText({ key, files, values }: MetadataChange): string {
  const of =
    files.length === 0 ? '' : ` of ${files.length === 1 ? files[0] : count(files.length, 'file')}`
  return `${key}${of}${values ? `: ${values.from ?? 'unset'} → ${values.to ?? 'unset'}` : ''}`
}

/** True of a step that runs, or may. */
export const isToDo = (
  decision: Decision,
): decision is Extract<Decision, { do: 'run' | 'maybe' }> =>
  decision.do === 'run' || decision.do === 'maybe'

/** What is to be done about a step, in one word. */
export function decisionWord(decision: Decision): string {
  switch (decision.do) {
    case 'reuse':
      return 'complete'
    case 'run':
      return 'run'
    case 'maybe':
      return 'maybe'
    case 'leave':
      return 'not needed'
    case 'stop':
      return decision.cause === 'passed-over' ? 'passed over' : 'cannot run'
    default:
      return unreachable(decision)
  }
}

/** Why, in a sentence; empty where the word says it all. */
export function decisionText(decision: Decision, file: string): string {
  switch (decision.do) {
    case 'reuse':
      return decision.edited.length === 0
        ? (decision.fileset ?? '')
        : `${decision.fileset}, edited by hand: ${some(decision.edited)}`
    case 'run':
      return reasonText(decision.reason, file) + leavesText(decision)
    case 'maybe':
      return (
        (decision.reason.why === 'follows'
          ? `only if its input comes out different: ${reasonText(decision.reason, file)}`
          : `only if a step that reads it must run: ${reasonText(decision.reason, file)}`) +
        leavesText(decision)
      )
    case 'leave':
      return ''
    case 'stop':
      return decision.why
    default:
      return unreachable(decision)
  }
}

const leavesText = ({ leaves }: Extract<Decision, { do: 'run' | 'maybe' }>): string =>
  leaves === undefined ? '' : `; ✎ ${leftEditsText(leaves)}`
