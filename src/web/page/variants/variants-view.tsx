// Two variants of one step side by side: linked views, their angles in one chart, what differs.
import type { Plant } from '../../api.ts'
import { usePlant } from '../data/plant.ts'
import { pickHere, route } from '../navigation.ts'
import { variantName } from '../parts/fileset-name.ts'
import { Empty, WhenThere } from '../parts/told.tsx'
import { maskFilesets } from '../photographs/pictures.ts'
import { MaskPair } from './mask-pair.tsx'
import { organsFrom, variantsOf } from './results.ts'
import { ScenePair } from './scene-pair.tsx'
import { ToldPair } from './told-pair.tsx'

export const VariantsView = ({ scan }: { readonly scan: string }) => (
  <WhenThere of={usePlant(scan)} what="Looking for variants">
    {(plant) => <ChooseVariants plant={plant} />}
  </WhenThere>
)

function ChooseVariants({ plant }: { readonly plant: Plant }) {
  const { picked } = route.value
  const variants = variantsOf(plant)
  const several = [...variants].filter(([, ids]) => ids.length > 1).map(([task]) => task)
  if (several.length === 0) return <OnlyOne />
  const task = several.find((each) => each === picked.step) ?? usual(plant, several)
  const ids = variants.get(task) ?? []
  const today = ids.findLast((id) =>
    plant.filesets.some((each) => each.id === id && each.isCurrent),
  )
  const b = ids.find((id) => id === picked.b) ?? today ?? ids[ids.length - 1]
  const a = ids.find((id) => id === picked.a) ?? ids.findLast((id) => id !== b) ?? ids[0]
  const side = (name: 'a' | 'b', value: string) => (
    <select
      aria-label={name === 'a' ? 'Left variant' : 'Right variant'}
      value={value}
      onChange={({ currentTarget }) => pickHere({ [name]: currentTarget.value })}
    >
      {ids.map((id) => (
        <option key={id} value={id}>
          {variantName(plant, id)}
        </option>
      ))}
    </select>
  )
  return (
    <div class="variants-view">
      <div class="tools">
        <label class="row">
          Variants of
          <select
            value={task}
            onChange={({ currentTarget }) =>
              pickHere({ step: currentTarget.value, a: undefined, b: undefined })
            }
          >
            {several.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        {side('a', a)}
        <span class="soft small">beside</span>
        {side('b', b)}
        <button onClick={() => pickHere({ a: b, b: a })} aria-label="Change sides">
          ⇄
        </button>
      </div>
      <VariantPair plant={plant} a={a} b={b} />
    </div>
  )
}

/** Angles and internodes are what it is about; else the last thing that was made in two ways. */
const usual = ({ filesets }: Plant, several: readonly string[]): string =>
  several.find((task) =>
    filesets.some((each) => each.task === task && each.layers.includes('organs')),
  ) ??
  several.at(-1) ??
  ''

const OnlyOne = () => (
  <Empty title="No variants yet">
    <p>
      Each step was made by one set of parameters here. Try another value and run it, or correct an
      organ: the results lie side by side then, and are compared here.
    </p>
    <pre>romi-run pipeline.toml --set Masks.threshold=0.3</pre>
  </Empty>
)

function VariantPair(props: { readonly plant: Plant; readonly a: string; readonly b: string }) {
  const { plant, a, b } = props
  const isMasks = [a, b].every((id) => maskFilesets(plant).includes(id))
  const organs = [organsFrom(plant, a), organsFrom(plant, b)] as const
  const showsMasks = isMasks && route.value.picked.show !== '3d'
  return (
    <>
      {isMasks && (
        <div class="row pair-choice" role="group" aria-label="What is shown">
          <button aria-pressed={showsMasks} onClick={() => pickHere({ show: undefined })}>
            masks
          </button>
          <button aria-pressed={!showsMasks} onClick={() => pickHere({ show: '3d' })}>
            what came of them, in 3-D
          </button>
        </div>
      )}
      {showsMasks ? (
        <MaskPair plant={plant} a={a} b={b} />
      ) : (
        <ScenePair key={`${a} ${b}`} plant={plant} a={organs[0] ?? a} b={organs[1] ?? b} />
      )}
      <ToldPair plant={plant} a={a} b={b} organs={organs} />
    </>
  )
}
