// One plant: 3-D, chart, table and photographs, which all mark the same organ.
import { useMemo, useState } from 'preact/hooks'
import type { Plant } from '../../api.ts'
import { usePlant } from '../data/plant.ts'
import { mayEdit, scanPath } from '../data/store.ts'
import { nextPlace, type DraftCorrection } from '../edit/draft.ts'
import { Corrections } from '../edit/save.ts'
import { Empty, WhenThere, Wrong } from '../parts/told.tsx'
import { pickHere, route } from '../navigation.ts'
import { organAt, organKey } from '../organs/names.ts'
import { shownPicture, sized } from '../photographs/pictures.ts'
import { upOf, type PlantShot } from '../scene/content.ts'
import { PlantScene } from '../scene/plant-scene.tsx'
import type { Stage } from '../scene/stage.ts'
import { FilmStrip } from './film-strip.tsx'
import { LayerSwitches } from './layer-switches.tsx'
import { Panel } from './panel.tsx'
import { ThroughBar } from './through-bar.tsx'
import { useContent } from './use-content.ts'
import { usePlantKeys } from './use-plant-keys.ts'
import { toggleLayer, useEyeInAddress, visibleLayers } from './use-view.ts'
import { StrengthSlider } from '../parts/strength-slider.tsx'

export const PlantView = ({ scan }: { readonly scan: string }) => (
  <WhenThere of={usePlant(scan)} what="Opening the plant">
    {(plant) =>
      Object.keys(plant.layers).length === 0 && plant.photographs.length === 0 ? (
        <Nothing scan={scan} />
      ) : (
        <ThePlant key={scan} plant={plant} />
      )
    }
  </WhenThere>
)

const Nothing = ({ scan }: { readonly scan: string }) => (
  <Empty title="Nothing to draw yet">
    <p>
      This scan has no photographs and no results. Import photographs, then run the pipeline on it:
    </p>
    <pre>{`romi-run import photos/ ${scanPath(scan)}\nromi-run pipeline.toml ${scanPath(scan)}`}</pre>
  </Empty>
)

/** The size of photographs behind the plant, in pixels. */
const photographSize = 2000

function ThePlant({ plant }: { readonly plant: Plant }) {
  const { picked: wished } = route.value
  const visible = visibleLayers()
  const organsFileset = organsOf(plant, wished.of)
  const { content, states, problems, hasLooked, hasDrawn, onDrawn } = useContent(
    plant,
    visible,
    organsFileset,
  )
  const [hasSeen, setHasSeen] = useState(false)
  const [stage, setStage] = useState<Stage>()
  const [opacity, setOpacity] = useState(1)
  const [strength, setStrength] = useState(1)
  const { eye, keep } = useEyeInAddress()
  const { organs, shots } = content
  const picked = organs && organAt(organs.organs, wished.organ)
  const pickOrgan = (index: number | undefined) =>
    pickHere({ organ: organs && index !== undefined ? organKey(organs.organs, index) : undefined })
  const look = (camera: string | undefined) => pickHere({ camera })
  const imageOf = useMemo(() => {
    const picture = shownPicture(plant)
    return ({ photograph }: PlantShot) => picture(photograph)
  }, [plant])
  const through = shots.find(({ photograph }) => photograph.id === wished.camera)
  const corrections = useMemo(() => new Corrections(plant.row.id), [plant.row.id])
  const [draft, setDraft] = useState<DraftCorrection>()
  const [hasMissed, setHasMissed] = useState(false)
  const wanted = draft && nextPlace(draft)
  const marks = [draft?.at, draft?.tip, ...(organs?.removed.map(({ at }) => at) ?? [])]
  usePlantKeys({ stage, organs, picked, shots, through, pickOrgan, look })
  const up = upOf(organs)
  return (
    <div class="plant-view">
      <div class="plant-stage">
        <LayerSwitches states={states} visible={visible} onToggle={toggleLayer} />
        {through && (
          <ThroughBar
            name={through.photograph.id}
            strength={strength}
            onStrength={setStrength}
            onLeave={() => look(undefined)}
          />
        )}
        {visible.has('mesh') && content.mesh && (
          <StrengthSlider
            class="opacity"
            name="Mesh"
            min={0.1}
            value={opacity}
            onChange={setOpacity}
          />
        )}
        {hasLooked && (
          <PlantScene
            key={up.join()}
            content={content}
            up={up}
            isPhotographToCome={shots.length > 0 && !hasSeen}
            visible={visible}
            opacity={through ? Math.min(opacity, 0.35) : opacity}
            picked={picked}
            through={
              through && {
                id: through.photograph.id,
                image: sized(imageOf(through), photographSize),
                strength,
              }
            }
            eye={eye}
            onEye={keep}
            onPick={pickOrgan}
            onPickCamera={look}
            onPlace={
              draft &&
              wanted &&
              ((place) => {
                setHasMissed(place === undefined)
                if (place) setDraft({ ...draft, [wanted]: place })
              })
            }
            marks={marks.filter((place) => place !== undefined)}
            onStage={setStage}
            onDrawn={onDrawn}
          />
        )}
        <div class="scene-problems">
          {hasMissed && wanted && (
            <p class="notice" role="status">
              Nothing of the plant is there: press on the plant itself.
            </p>
          )}
          {plant.holder !== undefined && (
            <p class="notice told">{plant.holder} writes to this scan now.</p>
          )}
          {[plant.corrections.problem ?? [], problems].flat().map((words) => (
            <Wrong key={words} words={words} />
          ))}
        </div>
      </div>
      {shots.length > 0 && (
        <FilmStrip
          shots={shots}
          imageOf={imageOf}
          organs={organs}
          picked={picked}
          through={through?.photograph.id}
          onThrough={look}
          hasDrawn={hasDrawn}
          onSeen={() => setHasSeen(true)}
        />
      )}
      <Panel
        {...{ plant, organs, picked, shots, imageOf, pickOrgan, organsFileset }}
        onThrough={look}
        edit={
          mayEdit.value && organs
            ? { plant, organs, picked, corrections, draft, onDraft: setDraft }
            : undefined
        }
      />
    </div>
  )
}

/** The fileset of organs that the address names, else that of today. */
function organsOf({ layers }: Plant, wished: string | undefined): string | undefined {
  const known = layers.organs ?? []
  return wished !== undefined && known.includes(wished) ? wished : known[0]
}
