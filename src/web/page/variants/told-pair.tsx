// What two variants differ in: parameters, organs, angles; in one chart and in numbers.
import { count } from '../../../base/number-words.ts'
import { useState } from 'preact/hooks'
import type { Comparison, Plant } from '../../api.ts'
import { address, askJson, withQuery } from '../data/fetch.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { Chart } from '../organs/chart.tsx'
import { expectedAngle } from '../organs/expected.ts'
import { variantName } from '../parts/fileset-name.ts'
import { WhenThere } from '../parts/told.tsx'
import { threeDigitText, parameterText } from '../parts/words.ts'
import { differenceOf, matchedOf, seriesOf } from './compare.ts'
import { variantChanges } from './results.ts'

interface PairProps {
  readonly plant: Plant
  readonly a: string
  readonly b: string
  /** The angles and internodes that came of each, if any. */
  readonly organs: readonly [string | undefined, string | undefined]
}

export function ToldPair(props: PairProps) {
  const { plant, organs } = props
  const [a, b] = organs
  const scan = plant.row.id
  const isMeasured = a !== undefined && b !== undefined && a !== b
  const comparison = useLoaded(isMeasured ? `${scan}/${a}/${b}` : undefined, (signal) =>
    askJson<Comparison>(withQuery(address('plants', scan, 'compare'), { a, b }), signal),
  )
  return (
    <div class="told-pair">
      <section aria-labelledby="angles-title">
        <h2 id="angles-title">Angles and internodes</h2>
        {isMeasured ? (
          <WhenThere of={comparison} what="Comparing">
            {(both) => <Both {...props} comparison={both} />}
          </WhenThere>
        ) : (
          <p class="small soft">
            {a !== undefined && a === b
              ? 'Both come to the same angles and internodes: one result stands for both.'
              : 'Angles and internodes were not measured from both yet: run the pipeline with the other values, too.'}
          </p>
        )}
      </section>
      <section aria-labelledby="changes-title">
        <h2 id="changes-title">What differs</h2>
        <Changes {...props} />
      </section>
    </div>
  )
}

function Both(props: PairProps & { readonly comparison: Comparison }) {
  const { plant, a, b, comparison } = props
  const [picked, setPicked] = useState<number>()
  const matched = matchedOf(comparison)
  const { both, onlyA, onlyB, angle, internode } = differenceOf(matched)
  const [nameA, nameB] = [variantName(plant, a), variantName(plant, b)]
  const names = matched.map((pair) => String(pair.b?.number ?? pair.a?.number ?? ''))
  return (
    <>
      <p class="small">
        {count(both, 'organ')} in both
        {onlyA > 0 ? `, ${onlyA} only left` : ''}
        {onlyB > 0 ? `, ${onlyB} only right` : ''}
        {angle === undefined ? '' : `; angles differ by ${angle.toFixed(1)}° on average`}
        {internode === undefined
          ? ''
          : `, internodes by ${threeDigitText(internode)} ${plant.unit ?? ''}`}
      </p>
      <Chart
        names={names}
        series={[
          seriesOf(nameA === nameB ? 'left' : nameA, matched, 'a'),
          seriesOf(nameA === nameB ? 'right' : nameB, matched, 'b'),
        ]}
        expected={expectedAngle(comparison.b.spiral)}
        unit={plant.unit}
        picked={picked}
        onPick={(place) => setPicked(place === picked ? undefined : place)}
      />
      {picked !== undefined && (
        <p class="small" role="status">
          {(['a', 'b'] as const)
            .map((side) => {
              const organ = matched[picked][side]
              const told = organ?.angle === undefined ? '–' : `${organ.angle.toFixed(1)}°`
              return `${side === 'a' ? 'left' : 'right'}: ${organ ? `organ ${organ.number ?? 'left out'}, ${told}` : 'no organ'}`
            })
            .join('; ')}
        </p>
      )}
    </>
  )
}

function Changes({ plant, a, b, organs }: PairProps) {
  const changes = variantChanges(plant, organs[0] ?? a, organs[1] ?? b)
  if (changes.length === 0)
    return (
      <p class="small soft">
        No parameter. They were made from other photographs, files that were changed by hand,
        corrections, or by another version of a task: the record of a step tells.
      </p>
    )
  return (
    <table class="changes small">
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col">Parameter</th>
          <th scope="col">left</th>
          <th scope="col">right</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={`${change.task}.${change.parameter}`}>
            <th scope="row">{change.task}</th>
            <td>
              <code>{change.parameter}</code>
            </td>
            <td>{parameterText(change.a)}</td>
            <td>{parameterText(change.b)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
