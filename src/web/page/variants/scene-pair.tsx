// Two scenes whose eyes move together.
import { useRef } from 'preact/hooks'
import type { Plant } from '../../api.ts'
import { Empty } from '../parts/told.tsx'
import { layerBeside } from '../plant/lineage.ts'
import { LayerSwitches } from '../plant/layer-switches.tsx'
import { useContent } from '../plant/use-content.ts'
import { toggleLayer, useEyeInAddress, visibleLayers } from '../plant/use-view.ts'
import { variantName } from '../parts/fileset-name.ts'
import { upOf } from '../scene/content.ts'
import type { Eye } from '../scene/eye.ts'
import { PlantScene } from '../scene/plant-scene.tsx'
import type { Stage } from '../scene/stage.ts'

type PairSide = 'a' | 'b'

/** Whether anything can be drawn of a variant. */
const hasLayers = (plant: Plant, fileset: string): boolean =>
  (['organs', 'mesh', 'skeleton', 'points', 'voxels'] as const).some(
    (kind) => layerBeside(plant, kind, fileset) !== undefined,
  )

export function ScenePair(props: {
  readonly plant: Plant
  readonly a: string
  readonly b: string
}) {
  const { plant } = props
  const stages = useRef<Partial<Record<PairSide, Stage>>>({})
  const visible = visibleLayers()
  const contents = {
    a: useContent(plant, visible, props.a),
    b: useContent(plant, visible, props.b),
  }
  const { eye, keep } = useEyeInAddress()
  const up = upOf(contents.a.content.organs ?? contents.b.content.organs)
  const moved = (side: PairSide) => (now: Eye, isOver: boolean) => {
    const other = stages.current[side === 'a' ? 'b' : 'a']
    if (other) other.eye = now
    keep(now, isOver)
  }
  const isReady = contents.a.hasLooked && contents.b.hasLooked
  return (
    <>
      <div class="pair-choice">
        <LayerSwitches states={contents.a.states} visible={visible} onToggle={toggleLayer} />
      </div>
      <div class="pair">
        {(['a', 'b'] as const).map((side) => (
          <div key={side}>
            <span class="caption cut low">{variantName(plant, props[side])}</span>
            {!hasLayers(plant, props[side]) ? (
              <Empty title="Nothing in 3-D yet">
                <p>
                  No step made a shape of the plant from this variant: run the pipeline with its
                  values.
                </p>
              </Empty>
            ) : (
              isReady && (
                <PlantScene
                  key={up.join()}
                  content={contents[side].content}
                  up={up}
                  visible={visible}
                  opacity={1}
                  eye={eye}
                  onDrawn={contents[side].onDrawn}
                  onEye={moved(side)}
                  onStage={(stage) => (stages.current[side] = stage)}
                />
              )
            )}
          </div>
        ))}
      </div>
    </>
  )
}
