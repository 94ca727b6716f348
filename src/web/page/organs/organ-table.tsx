// The organs as a table: the picked one is marked, and kept in sight.
import { useEffect, useRef } from 'preact/hooks'
import type { OrganShown } from '../../api.ts'
import { columnText } from '../parts/words.ts'
import { kindName } from './names.ts'

export function OrganTable(props: {
  readonly organs: readonly OrganShown[]
  readonly unit?: string
  readonly picked?: number
  readonly showsLeftOut: boolean
  readonly onPick: (organ: number) => void
}) {
  const { organs, unit, picked, showsLeftOut, onPick } = props
  const row = useRef<HTMLTableRowElement>(null)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => keepInSight(box.current, row.current), [picked])
  const lengths = unit === undefined ? '' : ` (${unit})`
  const internodeText = columnText(organs.map(({ internode }) => internode))
  const heightText = columnText(organs.map(({ height }) => height))
  return (
    <div class="organ-table-box" ref={box} tabIndex={-1}>
      <table class="organ-table">
        <thead>
          <tr>
            <th scope="col" class="number">
              Organ
            </th>
            <th scope="col">Kind</th>
            <th scope="col" class="number">
              Angle (°)
            </th>
            <th scope="col" class="number">
              Internode{lengths}
            </th>
            <th scope="col" class="number">
              Height{lengths}
            </th>
          </tr>
        </thead>
        <tbody>
          {organs.map((organ, i) =>
            organ.counted || showsLeftOut || i === picked ? (
              <tr
                key={i}
                ref={i === picked ? row : undefined}
                class={`${organ.counted ? '' : 'left-out'}${i === picked ? ' picked' : ''}`}
                onClick={() => onPick(i)}
              >
                <td class="number">
                  <button
                    class="plain"
                    aria-pressed={i === picked}
                    aria-label={`Organ ${organ.number ?? `left out, ${kindName(organ.kind)}`}`}
                  >
                    {organ.number ?? '–'}
                  </button>
                </td>
                <td>
                  <span class={`kind ${organ.kind}`}>{kindName(organ.kind)}</span>
                  {organ.corrected && (
                    <span class="corrected" title="corrected by hand">
                      {' '}
                      ✎
                    </span>
                  )}
                  {(organ.kindConfidence ?? 1) < 0.6 && <span class="soft"> ?</span>}
                </td>
                <td class="number">{organ.angle?.toFixed(1)}</td>
                <td class="number">
                  {organ.internode === undefined ? '' : internodeText(organ.internode)}
                </td>
                <td class="number">{heightText(organ.height)}</td>
              </tr>
            ) : null,
          )}
        </tbody>
      </table>
    </div>
  )
}

/** Scrolls the table alone, not what it stands in. */
function keepInSight(box: HTMLElement | null, row: HTMLElement | null): void {
  if (!box || !row) return
  const head = 2.2 * row.offsetHeight
  const low = row.offsetTop - head
  const high = row.offsetTop + row.offsetHeight - box.clientHeight
  if (box.scrollTop > low) box.scrollTop = low
  else if (box.scrollTop < high) box.scrollTop = high
}
