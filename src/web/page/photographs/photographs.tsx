// The photographs of a scan with their masks: all at a glance, or one of them large.
import { useState } from 'preact/hooks'
import type { Photograph, Plant } from '../../api.ts'
import { useOrgans, usePlant, useSkeleton } from '../data/plant.ts'
import { loadedValue } from '../data/loaded.ts'
import { scanPath } from '../data/store.ts'
import { pickHere, route } from '../navigation.ts'
import { organAt, organKey } from '../organs/names.ts'
import type { LinesShown } from '../overlay/plant-lines.tsx'
import { Empty, WhenThere } from '../parts/told.tsx'
import { ContactSheet } from './contact-sheet.tsx'
import { OnePhotograph } from './one-photograph.tsx'
import { channelsOf, maskFilesets, photographsShown } from './pictures.ts'
import { OverlayTools, type Overlays } from './tools.tsx'

export function PhotographsView({ scan }: { readonly scan: string }) {
  return (
    <WhenThere of={usePlant(scan)} what="Looking at the photographs">
      {(plant) =>
        plant.photographs.length === 0 ? <None scan={scan} /> : <PhotographsOf plant={plant} />
      }
    </WhenThere>
  )
}

const None = ({ scan }: { readonly scan: string }) => (
  <Empty title="No photographs">
    <p>This scan has none. Import some, and they show here:</p>
    <pre>romi-run import photos/ {scanPath(scan)}</pre>
  </Empty>
)

function PhotographsOf({ plant }: { readonly plant: Plant }) {
  const { picked } = route.value
  const [opacity, setOpacity] = useState(0.6)
  const masks = maskFilesets(plant)
  const channels = channelsOf(plant)
  const overlays: Overlays = {
    channel: picked.channel ?? channels[0],
    masks: picked.masks === 'none' ? undefined : (picked.masks ?? masks[0]),
    opacity,
    lost: picked.lost === '1',
    skeleton: picked.skeleton === '1',
    organs: picked.organs === '1' || picked.organ !== undefined,
    doubtsFirst: picked.sort !== 'name',
  }
  const shown = photographsShown(plant, overlays.channel, overlays.doubtsFirst)
  const lines = useLines(plant, overlays)
  const one = shown.find(({ id }) => id === picked.photo)
  const open = (photograph: Photograph | undefined) => pickHere({ photo: photograph?.id })
  return (
    <div class="photographs">
      <OverlayTools plant={plant} overlays={overlays} channels={channels} onOpacity={setOpacity} />
      {one ? (
        <OnePhotograph {...{ plant, overlays, lines, shown, open }} photograph={one} />
      ) : (
        <ContactSheet {...{ plant, overlays, lines, shown, open }} />
      )}
    </div>
  )
}

/** What is drawn over all of them. */
function useLines(plant: Plant, overlays: Overlays): LinesShown {
  const scan = plant.row.id
  const skeleton = useSkeleton(scan, overlays.skeleton ? plant.layers.skeleton?.[0] : undefined)
  const organs = loadedValue(
    useOrgans(plant, overlays.organs ? plant.layers.organs?.[0] : undefined),
  )
  const lines = { skeleton: loadedValue(skeleton), organs }
  if (!organs) return lines
  return {
    ...lines,
    picked: organAt(organs.organs, route.value.picked.organ),
    onPick: (index) => pickHere({ organ: organKey(organs.organs, index) }),
  }
}
