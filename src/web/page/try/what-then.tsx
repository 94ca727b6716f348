// What a run with the tried values would do, the lines for the pipeline file, and the click that starts it.
import { useState } from 'preact/hooks'
import type { Preview, RunStarted } from '../../api.ts'
import type { Previewer } from '../data/preview.ts'
import { send, problemWords } from '../data/fetch.ts'
import { mayEdit } from '../data/store.ts'
import { go } from '../navigation.ts'
import { Wrong } from '../parts/told.tsx'
import { durationOf } from '../parts/words.ts'

export function WhatThen(props: {
  readonly scan: string
  readonly previewer: Previewer
  readonly isChanged: boolean
}) {
  const { scan, previewer, isChanged } = props
  const { preview } = previewer.tried.value
  if (!isChanged || !preview)
    return (
      <aside class="try-then">
        <h2>What a run would do</h2>
        <p class="small soft">
          Change a value: the picture shows at once what the step makes of this photograph, and what
          a run with it would do is told here. Nothing is kept until you run it.
        </p>
      </aside>
    )
  return (
    <aside class="try-then">
      <h2>What a run with it would do</h2>
      <ul class="plan">
        {preview.plan
          .filter(({ decision }) => decision !== 'not needed')
          .map(({ step, decision, reason, expectedSeconds }) => (
            <li key={step}>
              <b>{step}</b>{' '}
              <span class={`decision ${decision.replaceAll(' ', '-')}`}>{decision}</span>
              {expectedSeconds === undefined ? '' : ` ≈ ${durationOf(expectedSeconds)}`}
              <div class="small soft">{reason}</div>
            </li>
          ))}
      </ul>
      <h2>For the pipeline file</h2>
      <Lines preview={preview} />
      <StartRun scan={scan} preview={preview} />
    </aside>
  )
}

function Lines({ preview }: { readonly preview: Preview }) {
  const [isCopied, setCopied] = useState('')
  const copy = () =>
    navigator.clipboard.writeText(preview.lines).then(
      () => setCopied(preview.lines),
      () => setCopied(''), // the browser does not allow it: the text can be marked by hand
    )
  return (
    <>
      <pre>{preview.lines}</pre>
      <button onClick={() => void copy()}>{isCopied === preview.lines ? 'Copied' : 'Copy'}</button>
    </>
  )
}

function StartRun({ scan, preview }: { readonly scan: string; readonly preview: Preview }) {
  const [problem, setProblem] = useState<string>()
  const [isAsked, setAsked] = useState(false)
  if (!mayEdit.value)
    return (
      <p class="small soft">
        Started with <code>--edit</code>, this page can run it. Without:{' '}
        <code>romi-run … --set {preview.set.join(' --set ')}</code>
      </p>
    )
  const start = () => {
    setAsked(true)
    send<RunStarted>('api/runs', { scans: [scan], set: preview.set }).then(
      ({ run }) => go({ view: 'runs', run }),
      (error: unknown) => {
        setAsked(false)
        setProblem(problemWords(error))
      },
    )
  }
  return (
    <>
      <button class="main" disabled={isAsked} onClick={start}>
        Run it on this plant
      </button>
      {problem !== undefined && <Wrong words={problem} />}
    </>
  )
}
