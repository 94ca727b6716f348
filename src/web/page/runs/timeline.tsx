// When each step of a scan ran in a run: a bar a step, from the records of what it made.
import type { PastStep, Plant, RunShown } from '../../api.ts'
import { address, askJson } from '../data/fetch.ts'
import { loadedValue } from '../data/loaded.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { durationOf } from '../parts/words.ts'
import { StepLog } from './log.tsx'

/** In seconds since the run began. */
export interface Bar {
  readonly from: number
  readonly to: number
}

export function Timeline(props: {
  readonly run: RunShown
  readonly scan: string
  readonly steps: readonly PastStep[]
}) {
  const { run, scan, steps } = props
  const finished = steps.filter(({ is }) => is === 'finished').length
  const plant = useLoaded(
    finished > 0 ? scan : undefined,
    (signal) => askJson<Plant>(address('plants', scan), signal),
    finished,
  )
  const bars = barsOf(run, steps, loadedValue(plant))
  const whole = Math.max(1e-3, run.seconds ?? 0, ...[...bars.values()].map(({ to }) => to))
  return (
    <table class="timeline">
      <tbody>
        {steps.map((step) => {
          const bar = bars.get(step)
          return (
            <tr key={step.step}>
              <th scope="row">{step.step}</th>
              <td class={`word ${step.is}`}>
                {step.is}
                {step.is === 'running' && step.total !== undefined
                  ? ` ${step.done ?? 0} of ${step.total}`
                  : ''}
              </td>
              <td class="bar-cell">
                {bar && (
                  <span
                    class="bar"
                    title={`from ${durationOf(bar.from)} to ${durationOf(bar.to)}`}
                    style={{
                      left: `${(100 * bar.from) / whole}%`,
                      width: `${(100 * (bar.to - bar.from)) / whole}%`,
                    }}
                  />
                )}
                {step.is === 'running' && step.total !== undefined && (
                  <progress value={step.done ?? 0} max={step.total} />
                )}
                {step.is !== 'finished' && step.message !== undefined && (
                  <span class="soft small">
                    {step.is === 'failed' ? 'see above' : step.message}
                  </span>
                )}
              </td>
              <td class="number">{durationOf(step.seconds)}</td>
              <td>
                {(step.is === 'finished' || step.is === 'running') && (
                  <StepLog run={run.id} scan={scan} step={step.step} />
                )}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

/** The bars of finished steps whose fileset still tells when it was made: at the end of its bar. */
export function barsOf(
  run: RunShown,
  steps: readonly PastStep[],
  plant: Plant | undefined,
): ReadonlyMap<PastStep, Bar> {
  const begun = Date.parse(run.begun ?? '')
  const bars = steps.flatMap((step): (readonly [PastStep, Bar])[] => {
    const made = plant?.filesets.find(({ id }) => id === step.fileset)?.made
    if (step.is !== 'finished' || made === undefined || step.seconds === undefined) return []
    const to = (Date.parse(made) - begun) / 1000
    // another run may have made it again since
    const isOfThisRun = to >= 0 && (run.seconds === undefined || to <= run.seconds + 5)
    return isOfThisRun ? [[step, { from: Math.max(0, to - step.seconds), to }]] : []
  })
  return new Map(bars)
}
