// Trying a parameter of a file-by-file step on one photograph, and what a run with it would do.
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { PipelineShown, Plant, StepShown } from '../../api.ts'
import { usePipeline, usePlant } from '../data/plant.ts'
import { Previewer, type Changed } from '../data/preview.ts'
import { pickHere, route } from '../navigation.ts'
import { Empty, WhenThere } from '../parts/told.tsx'
import { channelsOf, photographsShown } from '../photographs/pictures.ts'
import { ParameterField } from './parameter-field.tsx'
import { TriedPicture } from './tried-picture.tsx'
import { WhatThen } from './what-then.tsx'

export function TryView({ scan }: { readonly scan: string }) {
  const plant = usePlant(scan)
  const pipeline = usePipeline(scan)
  return (
    <WhenThere of={pipeline} what="Reading the pipeline">
      {(shown) => (
        <WhenThere of={plant} what="Opening the plant">
          {(known) => <ChooseStep plant={known} pipeline={shown} />}
        </WhenThere>
      )}
    </WhenThere>
  )
}

function ChooseStep(props: { readonly plant: Plant; readonly pipeline: PipelineShown }) {
  const { plant, pipeline } = props
  const { picked } = route.value
  const steps = pipeline.steps.filter(({ canPreview }) => canPreview)
  const step = steps.find(({ name }) => name === picked.step) ?? steps.find(hasSlider) ?? steps[0]
  const shown = photographsShown(plant, channelsOf(plant)[0] ?? '', true)
  if (step === undefined || shown.length === 0)
    return (
      <Empty title="Nothing to try here">
        <p>
          Parameters can be tried for steps that work file by file, such as <b>Masks</b>, on a scan
          with photographs. {step ? 'This scan has none.' : 'This pipeline has no such step.'}
        </p>
      </Empty>
    )
  return <TryStep key={step.name} plant={plant} steps={steps} step={step} />
}

/** What can be tried by moving it. */
const hasSlider = ({ parameters }: StepShown): boolean =>
  parameters.some(({ min, max }) => min !== undefined && max !== undefined)

function TryStep(props: {
  readonly plant: Plant
  readonly steps: readonly StepShown[]
  readonly step: StepShown
}) {
  const { plant, steps, step } = props
  const { picked } = route.value
  const [changed, setChanged] = useState<Changed>(() => valuesInAddress(picked.set))
  const shown = photographsShown(plant, channelsOf(plant)[0] ?? '', true)
  const photograph = shown.find(({ id }) => id === picked.photo) ?? shown[0]
  const previewer = useMemo(() => new Previewer(), [])
  useEffect(() => () => previewer.stop(), [])
  const request = {
    scan: plant.row.id,
    step: step.name,
    file: photograph.id,
    params: changed,
  }
  useEffect(() => previewer.ask(request), [JSON.stringify(request)])
  const change = (next: Changed) => {
    setChanged(next)
    const set = Object.keys(next).length === 0 ? undefined : JSON.stringify(next)
    pickHere({ set })
  }
  return (
    <div class="try-view">
      <aside class="try-side">
        <label class="row">
          Step
          <select
            value={step.name}
            onChange={({ currentTarget }) =>
              pickHere({ step: currentTarget.value, set: undefined })
            }
          >
            {steps.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label class="row">
          Photograph
          <select
            value={photograph.id}
            onChange={({ currentTarget }) => pickHere({ photo: currentTarget.value })}
          >
            {shown.map(({ id, checks }) => (
              <option key={id} value={id}>
                {id}
                {checks.some(({ isBroken }) => isBroken) ? ' ⚠' : ''}
              </option>
            ))}
          </select>
        </label>
        {step.parameters.map((parameter) => (
          <ParameterField
            key={parameter.name}
            parameter={parameter}
            value={changed[parameter.name]}
            onChange={(value) => {
              const { [parameter.name]: _, ...rest } = changed
              change(value === undefined ? rest : { ...rest, [parameter.name]: value })
            }}
          />
        ))}
      </aside>
      <TriedPicture plant={plant} step={step} photograph={photograph} previewer={previewer} />
      <WhatThen
        scan={plant.row.id}
        previewer={previewer}
        isChanged={Object.keys(changed).length > 0}
      />
    </div>
  )
}

/** The values that an address carries; what is no JSON is none. */
function valuesInAddress(set: string | undefined): Changed {
  try {
    const values: unknown = JSON.parse(set ?? '{}')
    return typeof values === 'object' && values !== null ? (values as Changed) : {} // from JSON, so of JSON values
  } catch {
    return {}
  }
}
