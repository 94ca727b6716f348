// The pipeline on one scan: its graph with states and reasons, and all about one step.
import type { PipelineShown, Plant } from '../../api.ts'
import { usePipeline, usePlant } from '../data/plant.ts'
import { loadedValue } from '../data/loaded.ts'
import { session } from '../data/store.ts'
import { useKeys } from '../keys/use-keys.ts'
import { pickHere, route } from '../navigation.ts'
import { Empty, WhenThere } from '../parts/told.tsx'
import { Graph } from './graph.tsx'
import { StepPanel } from './step-panel.tsx'

export function PipelineView({ scan }: { readonly scan: string }) {
  const plant = loadedValue(usePlant(scan))
  const served = loadedValue(session.value)
  const pipeline = usePipeline(scan)
  if (served && served.pipeline === undefined) return <NoPipeline database={served.database} />
  return (
    <WhenThere of={pipeline} what="Planning the pipeline on this scan">
      {(shown) => <ThePipeline pipeline={shown} plant={plant} scan={scan} />}
    </WhenThere>
  )
}

const NoPipeline = ({ database }: { readonly database: string }) => (
  <Empty title="No pipeline is served">
    <p>
      Only the database is open. Serve a pipeline file, and its steps, their states and reasons
      stand here:
    </p>
    <pre>romi-run serve {database}/pipeline.toml</pre>
  </Empty>
)

function ThePipeline(props: {
  readonly pipeline: PipelineShown
  readonly plant: Plant | undefined
  readonly scan: string
}) {
  const { steps } = props.pipeline
  const wished = route.value.picked.step
  const step = steps.find(({ name }) => name === wished)
  const chosen = step ?? steps.find(({ decision }) => decision !== 'complete') ?? steps.at(-1)
  const move = (by: number) => {
    const at = chosen ? steps.indexOf(chosen) + by : 0
    pickHere({ step: steps[Math.min(steps.length - 1, Math.max(0, at))]?.name })
  }
  useKeys([
    ['ArrowDown', 'the next step', () => move(1)],
    ['ArrowUp', 'the step before', () => move(-1)],
  ])
  return (
    <div class="pipeline-view">
      <Graph steps={steps} picked={chosen?.name} />
      {chosen && <StepPanel key={chosen.name} {...props} step={chosen} />}
    </div>
  )
}
