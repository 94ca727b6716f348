// One scan in the list.
import { count } from '../../../base/number-words.ts'
import { useMemo } from 'preact/hooks'
import type { PlantRow } from '../../api.ts'
import { working } from '../data/store.ts'
import { linkTo } from '../navigation.ts'
import { StateMark, type Shown } from '../parts/state-mark.tsx'
import { dayOf } from '../parts/words.ts'
import { pointingAt } from './pointing-at.ts'
import { rowDoubts, groupOf, stepIsInDoubt, metadataLines } from './facts.ts'

/** @param index from 1, as `aria-rowindex` counts */
export function Row(props: {
  readonly row: PlantRow
  readonly steps: readonly string[]
  /** Whether the list has a column of dates. */
  readonly hasDates: boolean
  readonly index: number
}) {
  const { row, steps, index } = props
  const metadata = metadataLines(row.metadata).map(([key, value]) => `${key} ${value}`)
  const doubts = rowDoubts(row)
  const atWork = stepsAtWork(row.id)
  const pointing = useMemo(() => pointingAt(row.id), [row.id])
  return (
    <tr aria-rowindex={index} {...pointing}>
      <td class="thumb">
        {row.thumbnail === undefined ? (
          <span class="no-thumb" />
        ) : (
          <img src={row.thumbnail} alt="" loading="lazy" decoding="async" />
        )}
      </td>
      <th scope="row" class="name">
        <a class="whole-row cut" href={linkTo({ view: 'plant', scan: row.id })} title={row.id}>
          {row.id}
        </a>
        <span class="soft cut small" title={metadata.join('\n')}>
          {row.isUnread ? '…' : metadata.join(' · ') || count(row.photographs, 'photograph')}
        </span>
      </th>
      {props.hasDates && <td class="date">{dayOf(row.date)}</td>}
      {row.broken !== undefined ? (
        <td class="broken" colSpan={steps.length}>
          {row.broken}
        </td>
      ) : (
        steps.map((step) => (
          <td key={step} class="step">
            <StepMark row={row} step={step} isAtWork={atWork.has(step)} />
          </td>
        ))
      )}
      <td>{groupOf(row)}</td>
      <td class="checks">
        {doubts.length > 0 && (
          <span class="doubts" title={doubts.join('\n')}>
            {count(doubts.length, 'doubt')}
          </span>
        )}
        {row.notes.length > 0 && (
          <span class="soft" title={row.notes.join('\n')}>
            {' '}
            {count(row.notes.length, 'note')}
          </span>
        )}
      </td>
      <td class="number">{row.organs ?? ''}</td>
      <td class="number">{row.meanAngle === undefined ? '' : `${row.meanAngle.toFixed(1)}°`}</td>
    </tr>
  )
}

function StepMark(props: {
  readonly row: PlantRow
  readonly step: string
  readonly isAtWork: boolean
}) {
  const { row, step, isAtWork } = props
  const state = row.steps?.[step]
  if (isAtWork) return <StateMark state="running" hint={`${step}: running`} />
  if (state === undefined) return null
  const shown: Shown = state === 'complete' && stepIsInDoubt(row, step) ? 'in doubt' : state
  return <StateMark state={shown} hint={`${step}: ${shown}`} />
}

const stepsAtWork = (scan: string): ReadonlySet<string> =>
  new Set(
    working.value.flatMap(({ steps }) =>
      steps.filter((each) => each.scan === scan && each.is === 'running').map(({ step }) => step),
    ),
  )
