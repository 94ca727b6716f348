// Leaving a photograph out of all steps, and taking it in again.
import { useState } from 'preact/hooks'
import type { Photograph, Plant } from '../../api.ts'
import { address, problemWords, send } from '../data/fetch.ts'
import { mayEdit } from '../data/store.ts'
import { Wrong } from '../parts/told.tsx'
import { RunNow } from '../runs/run-now.tsx'
import { by, setBy } from './kept.ts'

export function LeaveOut(props: { readonly scan: string; readonly photograph: Photograph }) {
  const { scan, photograph } = props
  const [why, setWhy] = useState('')
  const [isOpen, setOpen] = useState(false)
  const [problem, setProblem] = useState<string>()
  const [hasChanged, setHasChanged] = useState(false)
  const isOut = photograph.excluded !== undefined
  if (!mayEdit.value) return null
  const change = async () => {
    const path = address(
      'plants',
      scan,
      'photographs',
      photograph.id,
      isOut ? 'include' : 'exclude',
    )
    const told = { ...(why.trim() && { why: why.trim() }), ...(by.value && { by: by.value }) }
    try {
      await send<Plant>(path, isOut ? {} : told) // the server's event has the scan asked for again
      setProblem(undefined)
      setOpen(false)
      setHasChanged(true)
    } catch (error) {
      setProblem(problemWords(error))
    }
  }
  return (
    <>
      {isOut ? (
        <button onClick={() => void change()}>Take it in again</button>
      ) : isOpen ? (
        <form
          class="draft"
          onSubmit={(event) => {
            event.preventDefault()
            void change()
          }}
        >
          <label class="row">
            Why
            <input
              type="text"
              value={why}
              onInput={({ currentTarget }) => setWhy(currentTarget.value)}
            />
          </label>
          <label class="row">
            By
            <input
              type="text"
              value={by.value}
              onInput={({ currentTarget }) => setBy(currentTarget.value)}
            />
          </label>
          <div class="row">
            <button class="main" type="submit">
              Leave it out
            </button>
            <button type="button" onClick={() => setOpen(false)}>
              Cancel
            </button>
          </div>
        </form>
      ) : (
        <button onClick={() => setOpen(true)}>Leave this photograph out …</button>
      )}
      {problem !== undefined && <Wrong words={problem} />}
      {hasChanged && <RunNow scan={scan} words="Measure again" />}
    </>
  )
}
