// One run: how it stands, its timeline, and each step with its log.
import { count } from '../../../base/number-words.ts'
import { useState } from 'preact/hooks'
import type { PastStep, RunShown } from '../../api.ts'
import { send, problemWords } from '../data/fetch.ts'
import { mayEdit } from '../data/store.ts'
import { linkTo } from '../navigation.ts'
import { Wrong } from '../parts/told.tsx'
import { durationOf, momentOf } from '../parts/words.ts'
import { StepLog } from './log.tsx'
import { RunOutcome } from './outcome.tsx'
import { Timeline } from './timeline.tsx'

/** Scans that are shown at first: a run may have thousands. */
const atFirst = 20

export function OneRun({ run }: { readonly run: RunShown }) {
  const [shown, setShown] = useState(atFirst)
  const scans = [...new Set(run.steps.map(({ scan }) => scan))]
  const failed = run.steps.filter(({ is }) => is === 'failed')
  return (
    <section class="one-run" aria-labelledby="run-title">
      <div class="row">
        <h1 id="run-title">Run of {momentOf(run.begun) || run.id}</h1>
        <RunOutcome run={run} />
        <Stop run={run} />
      </div>
      <p class="small soft">
        <span class="long-name">{run.pipeline}</span> on {count(run.scans.length, 'plant')}
        {run.seconds === undefined ? '' : `, ${durationOf(run.seconds)}`}
      </p>
      {failed.map((step) => (
        <div key={`${step.scan}/${step.step}`} class="column">
          <Wrong words={`${step.step} of ${step.scan}: ${step.message ?? 'failed'}`} />
          <StepLog run={run.id} scan={step.scan} step={step.step} />
        </div>
      ))}
      {scans.slice(0, shown).map((scan) => (
        <ScanSteps
          key={scan}
          run={run}
          scan={scan}
          steps={run.steps.filter((step) => step.scan === scan)}
        />
      ))}
      {scans.length > shown && (
        <button onClick={() => setShown(shown + 100)}>
          Show more of the {scans.length - shown} others
        </button>
      )}
      {scans.length === 0 && <p class="soft">It has told of no step yet.</p>}
    </section>
  )
}

function ScanSteps(props: {
  readonly run: RunShown
  readonly scan: string
  readonly steps: readonly PastStep[]
}) {
  const { run, scan, steps } = props
  return (
    <section class="panel">
      <h2>
        <a href={linkTo({ view: 'plant', scan })}>{scan}</a>
      </h2>
      <Timeline run={run} scan={scan} steps={steps} />
    </section>
  )
}

function Stop({ run }: { readonly run: RunShown }) {
  const [problem, setProblem] = useState<string>()
  const [isAsked, setAsked] = useState(false)
  if (run.is !== 'working' || !run.canStop || !mayEdit.value) return null
  const stop = (now: boolean) => {
    setAsked(true)
    send<RunShown>('api/runs/stop', { run: run.id, now }).catch((error: unknown) =>
      setProblem(problemWords(error)),
    )
  }
  return (
    <>
      <button onClick={() => stop(false)} disabled={isAsked}>
        Stop when what runs now is done
      </button>
      <button class="danger" onClick={() => stop(true)}>
        Stop now
      </button>
      {problem !== undefined && <Wrong words={problem} />}
    </>
  )
}
