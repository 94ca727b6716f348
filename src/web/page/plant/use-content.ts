// What there is to draw of a plant: each layer is asked for when it is first switched on.
import { useMemo, useState } from 'preact/hooks'
import type { LayerKind, Plant } from '../../api.ts'
import { useOrgans, useSkeleton } from '../data/plant.ts'
import { loadedValue, type LoadedAnswer } from '../data/loaded.ts'
import type { Content, LayerName, PlantShot } from '../scene/content.ts'
import { useGeometry } from '../scene/use-geometry.ts'
import type { LayerState } from './layer-switches.tsx'
import { layerBeside } from './lineage.ts'

/** So many points show what a mesh will look like: they are read, sent and drawn at once. */
export const standInPoints = 8_000

/**
 * The content, how far each layer is, and what is in the way of some.
 *
 * @param of the fileset that is drawn with what it was made from; undefined: what is of today
 */
export function useContent(plant: Plant, visible: ReadonlySet<LayerName>, of: string | undefined) {
  const [hasDrawn, setHasDrawn] = useState(false)
  const scan = plant.row.id
  const filesetOf = (kind: LayerKind) => layerBeside(plant, kind, of)
  const organsFileset = filesetOf('organs')
  const wanted = (name: LayerName, kind: LayerKind) =>
    visible.has(name) ? filesetOf(kind) : undefined
  const organs = useOrgans(plant, organsFileset)
  // asked for before the mesh, which takes the server longer
  const standIn = useGeometry(
    scan,
    'points',
    wanted('mesh', 'mesh') && filesetOf('points'),
    standInPoints,
  )
  const isStandInToCome = filesetOf('points') !== undefined && standIn.is === 'waiting'
  // what takes long is not in the way of what can be drawn at once
  const isFirstToCome = !hasDrawn && (isStandInToCome || standIn.is === 'there')
  const mesh = useGeometry(scan, 'mesh', isFirstToCome ? undefined : wanted('mesh', 'mesh'))
  const points = useGeometry(scan, 'points', wanted('points', 'points'))
  const voxels = useGeometry(scan, 'voxels', wanted('voxels', 'voxels'))
  const skeleton = useSkeleton(scan, wanted('skeleton', 'skeleton'))
  const shots = useMemo(() => plantShots(plant), [plant])
  const content: Content = {
    mesh: loadedValue(mesh),
    standIn: loadedValue(standIn),
    isStandInToCome: visible.has('mesh') && isStandInToCome,
    points: loadedValue(points),
    voxels: loadedValue(voxels),
    skeleton: loadedValue(skeleton),
    organs: loadedValue(organs),
    shots,
    box: plant.box,
  }
  const state = (name: LayerName, kind: LayerKind, loaded: LoadedAnswer<unknown>): LayerState => {
    if (filesetOf(kind) === undefined) return 'none'
    return visible.has(name) && loaded.is === 'waiting' ? 'coming' : 'there'
  }
  const ofOrgans = state('organs', 'organs', organs)
  const states: Readonly<Record<LayerName, LayerState>> = {
    mesh: state('mesh', 'mesh', mesh),
    points: state('points', 'points', points),
    voxels: state('voxels', 'voxels', voxels),
    skeleton: state('skeleton', 'skeleton', skeleton),
    stem: ofOrgans,
    organs: ofOrgans,
    numbers: ofOrgans,
    cameras: shots.length > 0 ? 'there' : 'none',
    box: plant.box ? 'there' : 'none',
  }
  const problems = [organs, mesh, points, voxels, skeleton].flatMap((loaded) =>
    loaded.is === 'wrong' ? [loaded.words] : [],
  )
  // the upward axis is that of the stem: nothing is drawn before one knows whether there is one
  const hasLooked = organsFileset === undefined || organs.is !== 'waiting'
  return { content, states, problems, hasLooked, hasDrawn, onDrawn: () => setHasDrawn(true) }
}

/** Photographs whose camera is known: those of one channel, in their order. */
export function plantShots({ photographs }: Plant): readonly PlantShot[] {
  const shots = photographs.flatMap((photograph) =>
    photograph.camera ? [{ photograph, camera: photograph.camera }] : [],
  )
  const channels = shots.map(({ photograph }) => photograph.channel)
  const main = channels.includes('rgb') ? 'rgb' : channels[0]
  return shots.filter(({ photograph }) => photograph.channel === main)
}
