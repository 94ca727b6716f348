// Correcting organs: what can be done to the picked one, the correction in the making, and those that are saved.
import { count } from '../../../base/number-words.ts'
import type { Correction, OrganKind, Organs, Plant } from '../../api.ts'
import { kindName, kindsInOrder, organName } from '../organs/names.ts'
import { dayOf } from '../parts/words.ts'
import { RunNow } from '../runs/run-now.tsx'
import {
  draftOf,
  newOrgan,
  nextPlace,
  placeWords,
  requestOf,
  type DraftCorrection,
} from './draft.ts'
import { by, setBy } from './kept.ts'
import type { Corrections } from './save.ts'

export interface EditProps {
  readonly plant: Plant
  readonly organs: Organs
  readonly picked: number | undefined
  readonly corrections: Corrections
  readonly draft: DraftCorrection | undefined
  readonly onDraft: (draft: DraftCorrection | undefined) => void
}

export function EditPanel(props: EditProps) {
  const { organs, picked, draft, onDraft } = props
  const organ = picked === undefined ? undefined : organs.organs[picked]
  const start = (doing: 'remove' | 'move' | 'kind') =>
    organ && onDraft(draftOf(doing, organ, organName(organ)))
  return (
    <section class="edit-panel" aria-label="Corrections by hand">
      {draft ? (
        <DraftForm {...props} draft={draft} />
      ) : (
        <div class="row">
          {organ && (
            <>
              <button onClick={() => start('remove')}>It is no organ</button>
              <button onClick={() => start('kind')}>Its kind is wrong</button>
              <button onClick={() => start('move')}>Move its insertion</button>
            </>
          )}
          <button onClick={() => onDraft(newOrgan)}>Add an organ</button>
        </div>
      )}
      <NotSaved {...props} />
      <Saved {...props} />
    </section>
  )
}

const titles: Readonly<Record<Correction['do'], string>> = {
  remove: 'Remove',
  add: 'Add an organ',
  move: 'Move the insertion of',
  kind: 'Set the kind of',
}

function DraftForm(props: EditProps & { readonly draft: DraftCorrection }) {
  const { corrections, draft, onDraft } = props
  const request = requestOf(draft, by.value)
  const save = async (event: Event) => {
    event.preventDefault()
    if (!request) return
    onDraft(undefined)
    await corrections.save(request)
  }
  return (
    <form class="draft" onSubmit={(event) => void save(event)}>
      <h2>
        {titles[draft.do]} {draft.organ ?? ''}
      </h2>
      {nextPlace(draft) !== undefined && (
        <p class="notice told" role="status">
          {placeWords(draft)} Stem, skeleton and surface take the pointer.
        </p>
      )}
      {(draft.do === 'kind' || draft.do === 'add') && (
        <label class="row">
          Kind
          <select
            value={draft.kind}
            onChange={
              ({ currentTarget }) => onDraft({ ...draft, kind: currentTarget.value as OrganKind }) // one of the list
            }
          >
            {kindsInOrder.map((kind) => (
              <option key={kind} value={kind}>
                {kindName(kind)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label class="row">
        Why
        <input
          type="text"
          value={draft.why}
          onInput={({ currentTarget }) => onDraft({ ...draft, why: currentTarget.value })}
        />
      </label>
      <label class="row">
        By
        <input
          type="text"
          value={by.value}
          placeholder="your name, if you like"
          onInput={({ currentTarget }) => setBy(currentTarget.value)}
        />
      </label>
      <div class="row">
        <button class="main" type="submit" disabled={!request}>
          Save the correction
        </button>
        <button type="button" onClick={() => onDraft(undefined)}>
          Cancel
        </button>
      </div>
    </form>
  )
}

/** What could not be saved yet is not lost. */
function NotSaved({ corrections }: EditProps) {
  const state = corrections.state.value
  if (state.is !== 'waiting') return null
  return (
    <div class="notice" role="alert">
      <div class="column">
        <p>{state.words}</p>
        <p>The correction is kept in this browser.</p>
        <div class="row">
          <button class="main" onClick={() => void corrections.save(state.request)}>
            Save it now
          </button>
          <button onClick={() => corrections.forget()}>Give it up</button>
        </div>
      </div>
    </div>
  )
}

function Saved(props: EditProps) {
  const { plant, corrections } = props
  const known = corrections.answer.value ?? plant.corrections
  if (known.corrections.length === 0) return null
  const isPending = known.corrections.some(({ id }) => known.outcomes[id] === undefined)
  return (
    <details open>
      <summary>{count(known.corrections.length, 'correction')} of this plant</summary>
      <ul class="corrections">
        {known.corrections.map((correction) => (
          <li key={correction.id}>
            <span>
              <b>{didWords(correction)}</b>
              {correction.why === undefined ? '' : ` – ${correction.why}`}
              <span class="soft">
                {' '}
                {[correction.by, dayOf(correction.date)].filter(Boolean).join(', ')}
              </span>
              <Became outcome={known.outcomes[correction.id]} />
            </span>
            <button
              class="plain"
              onClick={() => void corrections.save({ takeBack: [correction.id] })}
            >
              Take back
            </button>
          </li>
        ))}
      </ul>
      {isPending && <RunNow scan={plant.row.id} words="Measure again with them" />}
    </details>
  )
}

function didWords({ do: doing, kind }: Correction): string {
  switch (doing) {
    case 'remove':
      return 'organ removed'
    case 'add':
      return `${kindName(kind ?? 'fruit')} added`
    case 'move':
      return 'insertion moved'
    case 'kind':
      return `kind set to ${kindName(kind ?? 'fruit')}`
  }
}

function Became({
  outcome,
}: {
  readonly outcome: Plant['corrections']['outcomes'][string] | undefined
}) {
  if (outcome === undefined) return <span class="soft"> · not measured with it yet</span>
  if (outcome.is === 'applied') return <span class="applied"> · applied</span>
  return <span class="not-applied"> · {outcome.message ?? outcome.is}</span>
}
