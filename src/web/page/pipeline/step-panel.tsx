// All about one step on a scan: state and reason, parameters, checks, record, log.
import { size } from '../../../base/number-words.ts'
import type { CheckReport, ParameterShown, Plant, RecordShown, StepShown } from '../../api.ts'
import { address, askJson } from '../data/fetch.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { linkTo } from '../navigation.ts'
import { StateMark } from '../parts/state-mark.tsx'
import { Wrong } from '../parts/told.tsx'
import { durationOf, momentOf, threeDigitText, parameterText, unitWords } from '../parts/words.ts'
import { StepLog } from '../runs/log.tsx'
import { shownState } from './graph.tsx'

interface StepProps {
  readonly step: StepShown
  readonly scan: string
  readonly plant: Plant | undefined
}

export function StepPanel(props: StepProps) {
  const { step, scan, plant } = props
  const made = plant?.filesets.find(({ id }) => id === step.fileset)
  return (
    <section class="step-panel" aria-labelledby="step-name">
      <h1 id="step-name">{step.name}</h1>
      <p class="soft">{step.summary}</p>
      {step.state !== undefined && (
        <p class="step-state">
          <StateMark state={shownState(step)} /> <b>{step.state}</b>
          {step.reason === undefined ? '' : ` – ${step.reason}`}
        </p>
      )}
      {step.failure && (
        <div class="column">
          <Wrong words={step.failure.message} />
          <StepLog run={step.failure.run} scan={scan} step={step.name} />
        </div>
      )}
      <p class="row">
        {step.canPreview && (
          <a class="button" href={linkTo({ view: 'try', scan }, { step: step.name })}>
            Try its parameters
          </a>
        )}
        <a class="button" href={linkTo({ view: 'variants', scan }, { step: step.name })}>
          Compare its variants
        </a>
      </p>
      <StepChecks checks={step.checks ?? []} />
      <Parameters parameters={step.parameters} />
      {made && (
        <p class="small soft">
          Made {momentOf(made.made)}
          {made.seconds === undefined ? '' : ` in ${durationOf(made.seconds)}`}
          {made.bytes === undefined ? '' : `, ${size(made.bytes)}`} as{' '}
          <code class="long-name">{made.id}</code>
        </p>
      )}
      {step.fileset !== undefined && <Record scan={scan} fileset={step.fileset} />}
    </section>
  )
}

function StepChecks({ checks }: { readonly checks: readonly CheckReport[] }) {
  if (checks.length === 0) return null
  return (
    <>
      <h2>Checks</h2>
      <table class="facts-table">
        <tbody>
          {checks.map((check) => (
            <tr key={check.check} class={check.is === 'broken' ? 'broken' : ''}>
              <th scope="row">{check.check.replaceAll('_', ' ')}</th>
              <td>
                {check.message ?? checkRangeText(check)}
                {check.is === 'unknown' && <span class="soft"> not known for this result</span>}
                {check.is === 'edited' && <span class="soft"> of files changed since</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

function checkRangeText({ range, unit = '', limits }: CheckReport): string {
  if (!range) return ''
  const told =
    range.least === range.greatest
      ? threeDigitText(range.median)
      : `${threeDigitText(range.least)} … ${threeDigitText(range.greatest)}, mostly ${threeDigitText(range.median)}`
  const bounds = fineRangeText(limits)
  return `${told} ${unit}${bounds === '' ? '' : ` (fine: ${bounds})`}`
}

function fineRangeText({ min, max }: CheckReport['limits']): string {
  if (min === undefined) return max === undefined ? '' : `${threeDigitText(max)} or less`
  return max === undefined
    ? `${threeDigitText(min)} or more`
    : `${threeDigitText(min)} to ${threeDigitText(max)}`
}

/** Those of the file first; the rest are at their defaults. */
function Parameters({ parameters }: { readonly parameters: readonly ParameterShown[] }) {
  if (parameters.length === 0) return null
  const set = parameters.filter(({ line }) => line !== undefined)
  const rest = parameters.filter(({ line }) => line === undefined)
  const row = ({ name, value, unit, line, doc }: ParameterShown) => (
    <tr key={name} title={doc}>
      <th scope="row">
        <code>{name}</code>
      </th>
      <td>
        <code>{parameterText(value)}</code> <span class="soft">{unitWords(unit)}</span>
        {line !== undefined && <span class="soft"> · line {line}</span>}
      </td>
    </tr>
  )
  return (
    <>
      <h2>Parameters</h2>
      <table class="facts-table">
        <tbody>{set.map(row)}</tbody>
      </table>
      {rest.length > 0 && (
        <details>
          <summary class="small">{rest.length} at their defaults</summary>
          <table class="facts-table">
            <tbody>{rest.map(row)}</tbody>
          </table>
        </details>
      )}
    </>
  )
}

function Record({ scan, fileset }: { readonly scan: string; readonly fileset: string }) {
  const record = useLoaded(`${scan}/${fileset}`, (signal) =>
    askJson<RecordShown>(address('plants', scan, 'record', fileset), signal),
  )
  if (record.is !== 'there') return null
  return (
    <details open>
      <summary>Record: what it was made from, and how</summary>
      <pre class="small">{record.value.lines.join('\n')}</pre>
    </details>
  )
}
