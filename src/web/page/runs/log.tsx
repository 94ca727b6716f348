// The log of a step in a run, when it is asked for.
import { useState } from 'preact/hooks'
import { address, getAnswer, withQuery } from '../data/fetch.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { WhenThere } from '../parts/told.tsx'

export function StepLog(props: {
  readonly run: string
  readonly scan: string
  readonly step: string
}) {
  const { scan, step } = props
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary class="small">
        log
        <span class="hidden-text">
          {' '}
          of {step} on {scan}
        </span>
      </summary>
      {isOpen && <Text {...props} />}
    </details>
  )
}

function Text(of: { readonly run: string; readonly scan: string; readonly step: string }) {
  const { run, scan, step } = of
  const log = useLoaded(`${run}/${scan}/${step}`, async (signal) => {
    const path = withQuery(address('runs', run, 'log'), { scan, step })
    return (await getAnswer(path, signal)).text()
  })
  return (
    <WhenThere of={log} what="Reading the log">
      {(text) => <pre class="log">{text === '' ? 'It said nothing.' : text}</pre>}
    </WhenThere>
  )
}
