// Beside the plant: the picked organ, the chart of angles and internodes, the table.
import { useState } from 'preact/hooks'
import type { OrganShown, Organs, Plant } from '../../api.ts'
import { EditPanel, type EditProps } from '../edit/edit-panel.tsx'
import { linkTo, pickHere } from '../navigation.ts'
import { Chart } from '../organs/chart.tsx'
import { expectedAngle } from '../organs/expected.ts'
import { kindName } from '../organs/names.ts'
import { OrganTable } from '../organs/organ-table.tsx'
import { variantName } from '../parts/fileset-name.ts'
import { threeDigitText } from '../parts/words.ts'
import type { PlantShot } from '../scene/content.ts'
import { CloseUps } from './close-ups.tsx'

export interface PanelProps {
  readonly plant: Plant
  readonly organs: Organs | undefined
  readonly organsFileset: string | undefined
  readonly picked: number | undefined
  readonly shots: readonly PlantShot[]
  readonly imageOf: (shot: PlantShot) => string
  readonly pickOrgan: (index: number | undefined) => void
  readonly onThrough: (photograph: string) => void
  /** Absent where nothing may be written. */
  readonly edit: EditProps | undefined
}

export function Panel(props: PanelProps) {
  const { plant, organs, picked, pickOrgan } = props
  const [showsLeftOut, setShowsLeftOut] = useState(false)
  if (props.organsFileset === undefined)
    return (
      <aside class="plant-panel">
        <h2>No organs measured yet</h2>
        <p class="small">
          When <b>AnglesAndInternodes</b> has run on this scan, its organs, angles and internodes
          stand here.{' '}
          <a href={linkTo({ view: 'pipeline', scan: plant.row.id })}>Where its steps stand</a>
        </p>
      </aside>
    )
  if (!organs) return <aside class="plant-panel" />
  const counted = organs.organs.filter((organ) => organ.counted)
  const place = picked === undefined ? -1 : counted.indexOf(organs.organs[picked])
  const leftOut = organs.organs.length - counted.length
  return (
    <aside class="plant-panel" aria-label="Organs of this plant">
      <Variants {...props} />
      <p class="small summary">
        <b>{counted.length}</b> organs counted{tellKinds(counted)}
        {organs.spiral === undefined ? '' : `, genetic spiral ${organs.spiral}`}
        {leftOut === 0 ? '' : `; ${leftOut} left out`}
      </p>
      {picked !== undefined && <PickedOrgan {...props} organs={organs} picked={picked} />}
      {props.edit && <EditPanel {...props.edit} />}
      <Chart
        names={counted.map(({ number }) => String(number))}
        series={[
          {
            name: 'today',
            angles: counted.map(({ angle }) => angle),
            internodes: counted.map(({ internode }) => internode),
          },
        ]}
        expected={expectedAngle(organs.spiral)}
        unit={plant.unit}
        picked={place < 0 ? undefined : place}
        onPick={(i) => pickOrgan(organs.organs.indexOf(counted[i]))}
      />
      {leftOut > 0 && (
        <label class="row">
          <input
            type="checkbox"
            checked={showsLeftOut}
            onChange={({ currentTarget }) => setShowsLeftOut(currentTarget.checked)}
          />
          with the {leftOut} that are left out
        </label>
      )}
      <OrganTable
        organs={organs.organs}
        unit={plant.unit}
        picked={picked}
        showsLeftOut={showsLeftOut}
        onPick={(i) => pickOrgan(i === picked ? undefined : i)}
      />
    </aside>
  )
}

/** ` (17 fruit, 3 branch)`. */
function tellKinds(organs: readonly OrganShown[]): string {
  const counts = new Map<string, number>()
  for (const { kind } of organs) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  const told = [...counts].map(
    ([kind, count]) => `${count} ${kindName(kind as OrganShown['kind'])}`, // a key of the map is a kind
  )
  return told.length === 0 ? '' : ` (${told.join(', ')})`
}

/** Where several were measured, which one is shown. */
function Variants({ plant, organsFileset }: PanelProps) {
  const known = plant.layers.organs ?? []
  if (known.length < 2) return null
  return (
    <label class="row">
      Measured by
      <select
        value={organsFileset}
        onChange={({ currentTarget }) =>
          pickHere({ of: currentTarget.value === known[0] ? undefined : currentTarget.value })
        }
      >
        {known.map((id) => (
          <option key={id} value={id}>
            {variantName(plant, id)}
          </option>
        ))}
      </select>
    </label>
  )
}

function PickedOrgan(props: PanelProps & { readonly organs: Organs; readonly picked: number }) {
  const { plant, organs, picked } = props
  const organ = organs.organs[picked]
  const length = (value: number | undefined) =>
    value === undefined ? undefined : `${threeDigitText(value)} ${plant.unit ?? ''}`
  const sure = (share: number | undefined) =>
    share === undefined ? undefined : `${Math.round(100 * share)} % sure`
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['angle', organ.angle?.toFixed(1).concat('°')],
    ['internode', length(organ.internode)],
    ['height', length(organ.height)],
    ['length', length(organ.length)],
    ['direction', sure(organ.confidence)],
    ['kind', sure(organ.kindConfidence)],
  ]
  return (
    <section class="picked-organ" aria-live="polite">
      <h2>
        {organ.number === undefined ? 'Left out: ' : `Organ ${organ.number} `}
        <span class={`kind ${organ.kind}`}>{kindName(organ.kind)}</span>
      </h2>
      <dl>
        {facts.map(([name, value]) =>
          value ? (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
      <CloseUps {...props} organs={organs} picked={picked} />
    </section>
  )
}
