// A click that runs the pipeline on a plant, as its file has it.
import { useState } from 'preact/hooks'
import type { RunStarted } from '../../api.ts'
import { problemWords, send } from '../data/fetch.ts'
import { mayEdit } from '../data/store.ts'
import { go } from '../navigation.ts'
import { Wrong } from '../parts/told.tsx'

/** Not there where nothing may be written. @param words of the button */
export function RunNow({ scan, words }: { readonly scan: string; readonly words: string }) {
  const [problem, setProblem] = useState<string>()
  if (!mayEdit.value) return null
  const run = () =>
    send<RunStarted>('api/runs', { scans: [scan] }).then(
      (started) => go({ view: 'runs', run: started.run }),
      (error: unknown) => setProblem(problemWords(error)),
    )
  return (
    <>
      <button onClick={() => void run()}>{words}</button>
      {problem !== undefined && <Wrong words={problem} />}
    </>
  )
}
