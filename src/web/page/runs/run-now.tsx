// A click that runs the pipeline on a plant, as its file has it or with other values.
import { useState } from 'preact/hooks'
import type { RunStarted } from '../../api.ts'
import { problemWords, send } from '../data/fetch.ts'
import { mayEdit } from '../data/store.ts'
import { go } from '../navigation.ts'
import { Wrong } from '../parts/told.tsx'

/** Not there where nothing may be written. */
export function RunNow(props: {
  readonly scan: string
  /** Of the button. */
  readonly words: string
  /** What is otherwise than in the file, as `--set` takes it. */
  readonly set?: readonly string[]
  readonly isMain?: boolean
}) {
  const { scan, words, set, isMain = false } = props
  const [problem, setProblem] = useState<string>()
  const [isAsked, setAsked] = useState(false)
  if (!mayEdit.value) return null
  const run = () => {
    setAsked(true)
    send<RunStarted>('api/runs', { scans: [scan], set }).then(
      (started) => go({ view: 'runs', run: started.run }),
      (error: unknown) => {
        setAsked(false)
        setProblem(problemWords(error))
      },
    )
  }
  return (
    <>
      <button class={isMain ? 'main' : undefined} disabled={isAsked} onClick={run}>
        {words}
      </button>
      {problem !== undefined && <Wrong words={problem} />}
    </>
  )
}
