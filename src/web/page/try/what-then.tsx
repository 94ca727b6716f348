// What a run with the tried values would do, the lines for the pipeline file, and the click that starts it.
import { useState } from 'preact/hooks'
import type { Preview } from '../../api.ts'
import type { Previewer } from '../data/preview.ts'
import { mayEdit } from '../data/store.ts'
import { durationOf } from '../parts/words.ts'
import { RunNow } from '../runs/run-now.tsx'

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
  if (!mayEdit.value)
    return (
      <p class="small soft">
        Started with <code>--edit</code>, this page can run it. Without:{' '}
        <code>romi-run … --set {preview.set.join(' --set ')}</code>
      </p>
    )
  return <RunNow scan={scan} words="Run it on this plant" set={preview.set} isMain />
}
