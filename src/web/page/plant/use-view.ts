// What of a plant is looked at, as the address holds it: layers, organ, camera, eye, variant.
import { useRef } from 'preact/hooks'
import { pickHere, route } from '../navigation.ts'
import { layerNames, layersAtFirst, type LayerName } from '../scene/content.ts'
import { eyeText, parseEye, type Eye } from '../scene/eye.ts'

/** The layers that are switched on. */
export function visibleLayers(): ReadonlySet<LayerName> {
  const { layers } = route.value.picked
  if (layers === undefined) return new Set(layersAtFirst)
  const named = layers.split('.')
  return new Set(layerNames.filter((name) => named.includes(name)))
}

/** Switches a layer, in the address. */
export function toggleLayer(name: LayerName): void {
  const now = visibleLayers()
  const then = layerNames.filter((each) => now.has(each) !== (each === name))
  pickHere({ layers: then.length === 0 ? 'none' : then.join('.') })
}

/**
 * The eye of the address. What a person moves is written there when the hand rests, and is not given
 * back to the scene, which stands there already.
 */
export function useEyeInAddress() {
  const written = useRef('')
  const text = route.value.picked.eye ?? ''
  const eye = text === written.current ? undefined : parseEye(text)
  const keep = (moved: Eye, isOver: boolean): void => {
    if (!isOver) return
    written.current = eyeText(moved)
    pickHere({ eye: written.current })
  }
  return { eye, keep }
}
