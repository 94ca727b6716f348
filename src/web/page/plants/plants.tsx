// All plants: a row a scan, with the state of each step, checks, organs and the mean angle.
import { count } from '../../../base/number-words.ts'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import type { PlantRow } from '../../api.ts'
import { loadedValue } from '../data/loaded.ts'
import { askForRows, isLive, plantList, rows, session } from '../data/store.ts'
import { pickHere, route } from '../navigation.ts'
import { Empty, WhenThere } from '../parts/told.tsx'
import { useWindow } from '../parts/use-window.ts'
import { brokenName } from '../parts/words.ts'
import { AtWork } from '../runs/at-work.tsx'
import { chosen, groupCounts, listSortKeys, type SortKey, type Wish } from './choose.ts'
import { groups, type Group } from './facts.ts'
import { Row } from './row.tsx'

/** In CSS pixels; as in `plants.css`. */
const rowHeight = 58
const headHeight = 140

/** How many folders that are no scans for their names are told one by one. */
const mostMisnamed = 3

export const Plants = () => (
  <WhenThere of={plantList.value} what="Looking through the database">
    {({ plants, steps, misnamed }) =>
      plants.length === 0 ? (
        <NoPlants misnamed={misnamed} />
      ) : (
        <PlantTable steps={steps} rows={rows.value} misnamed={misnamed} />
      )
    }
  </WhenThere>
)

const NoPlants = ({ misnamed }: { readonly misnamed: readonly string[] }) => (
  <Empty title="No plants yet">
    <Misnamed texts={misnamed} />
    <p>
      The database <b>{loadedValue(session.value)?.database}</b> holds no scan. Import the
      photographs of a plant, and it shows here:
    </p>
    <pre>romi-run import photos/ {loadedValue(session.value)?.database ?? 'mydb'}/plant_01</pre>
  </Empty>
)

/** Folders that are no scans for their names alone, a line each. */
const Misnamed = ({ texts }: { readonly texts: readonly string[] }) =>
  texts.length === 0 ? null : (
    <div class="notice misnamed" role="status">
      <div>
        {texts.slice(0, mostMisnamed).map((text) => (
          <p key={text}>{text}</p>
        ))}
        {texts.length > mostMisnamed && <p>… and {texts.length - mostMisnamed} more</p>}
      </div>
    </div>
  )

function wishOf(): Wish {
  const { search = '', group, sort, down } = route.value.picked
  return {
    search,
    group: groups.find((each) => each === group),
    sort: listSortKeys.find((each) => each === sort) ?? 'name',
    descending: down === '1',
  }
}

function PlantTable(props: {
  readonly steps: readonly string[]
  readonly rows: readonly PlantRow[]
  readonly misnamed: readonly string[]
}) {
  const box = useRef<HTMLDivElement>(null)
  const wish = wishOf()
  const shown = useMemo(
    () => chosen(props.rows, wish),
    [props.rows, wish.search, wish.group, wish.sort, wish.descending],
  )
  const { first, last } = useWindow(box, shown.length, rowHeight, headHeight)
  const inSight = shown.slice(first, last)
  const hasDates = useMemo(() => props.rows.some(({ date }) => date !== undefined), [props.rows])
  useAskFor(inSight)
  return (
    <div class="plants">
      <ListTools all={props.rows} shown={shown.length} wish={wish} />
      <Misnamed texts={props.misnamed} />
      <AtWork />
      <div class="plants-box" ref={box} tabIndex={-1}>
        <table aria-rowcount={shown.length + 1} class="plants-table">
          <ListHead steps={props.steps} wish={wish} hasDates={hasDates} />
          <tbody>
            {first > 0 && (
              <tr aria-hidden="true" class="spacer">
                <td style={{ height: `${first * rowHeight}px` }} />
              </tr>
            )}
            {inSight.map((row, i) => (
              <Row
                key={row.id}
                row={row}
                steps={props.steps}
                hasDates={hasDates}
                index={first + i + 2}
              />
            ))}
            {last < shown.length && (
              <tr aria-hidden="true" class="spacer">
                <td style={{ height: `${(shown.length - last) * rowHeight}px` }} />
              </tr>
            )}
          </tbody>
        </table>
        {shown.length === 0 && (
          <Empty title="No plant is like that">
            <p>
              None of the {count(props.rows.length, 'plant')} matches what is searched for.{' '}
              <button onClick={() => pickHere({ search: undefined, group: undefined })}>
                Show all plants
              </button>
            </p>
          </Empty>
        )}
      </div>
    </div>
  )
}

/** What is in sight and not planned yet is planned first. */
function useAskFor(inSight: readonly PlantRow[]): void {
  const unknown = inSight.filter(({ steps, broken }) => !steps && broken === undefined)
  const ids = unknown.map(({ id }) => id)
  useEffect(() => {
    if (ids.length === 0) return
    const later = setTimeout(() => void askForRows(ids).catch(() => undefined), 200) // the list says what is wrong
    return () => clearTimeout(later)
  }, [ids.join('/')])
}

function ListTools(props: {
  readonly all: readonly PlantRow[]
  readonly shown: number
  readonly wish: Wish
}) {
  const { all, shown, wish } = props
  const counts = useMemo(() => groupCounts(all), [all])
  const unread = useMemo(() => all.filter(({ isUnread }) => isUnread).length, [all])
  const button = (group: Group | undefined, count: number) => (
    <button aria-pressed={wish.group === group} onClick={() => pickHere({ group })}>
      {group ?? 'all'} <span class="soft">{count}</span>
    </button>
  )
  return (
    <div class="plants-tools">
      <h1>All plants</h1>
      <input
        type="search"
        aria-label="Search plants"
        placeholder="Search names and metadata"
        data-key="/"
        value={wish.search}
        onInput={({ currentTarget }) => pickHere({ search: currentTarget.value })}
      />
      <div class="row" role="group" aria-label="Show only">
        {button(undefined, all.length)}
        {groups.map((group) => {
          const count = counts.get(group)
          return count !== undefined || wish.group === group ? button(group, count ?? 0) : null
        })}
      </div>
      <span class="push soft small" role="status">
        {shown === all.length ? count(all.length, 'plant') : `${shown} of ${all.length} plants`}
        {unread > 0 ? ` · ${unread} still to be read` : ''}
        {isLive.value ? '' : ' · not live: the server does not answer'}
      </span>
    </div>
  )
}

function ListHead(props: {
  readonly steps: readonly string[]
  readonly wish: Wish
  readonly hasDates: boolean
}) {
  const { steps, wish } = props
  const column = (key: SortKey, name: string, className = '') => {
    const isSorted = wish.sort === key
    const down = isSorted && !wish.descending
    const order = isSorted ? (wish.descending ? 'descending' : 'ascending') : undefined
    return (
      <th scope="col" class={className} aria-sort={order}>
        <button class="plain" onClick={() => pickHere({ sort: key, down: down ? '1' : undefined })}>
          {name}
          {isSorted && <span aria-hidden="true">{wish.descending ? '↓' : '↑'}</span>}
        </button>
      </th>
    )
  }
  return (
    <thead>
      <tr aria-rowindex={1}>
        <th scope="col" class="thumb">
          <span class="hidden-text">photograph</span>
        </th>
        {column('name', 'Plant')}
        {props.hasDates && column('date', 'Date')}
        {steps.map((step) => (
          <th key={step} scope="col" class="step">
            <span title={step}>{brokenName(step)}</span>
          </th>
        ))}
        {column('state', 'State')}
        {column('checks', 'Checks')}
        {column('organs', 'Organs', 'number')}
        {column('angle', 'Mean angle', 'number')}
      </tr>
    </thead>
  )
}
