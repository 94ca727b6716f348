// Layers on and off, with the keys that do it.
import { useKeys } from '../keys/use-keys.ts'
import { layerNames, type LayerName } from '../scene/content.ts'

/** How far a layer is: it can be drawn, comes, or there is none. */
export type LayerState = 'there' | 'coming' | 'none'

export function LayerSwitches(props: {
  readonly states: Readonly<Record<LayerName, LayerState>>
  readonly visible: ReadonlySet<LayerName>
  readonly onToggle: (layer: LayerName) => void
}) {
  const { states, visible, onToggle } = props
  const there = layerNames.filter((name) => states[name] !== 'none')
  useKeys(
    there.map((name) => [
      String(layerNames.indexOf(name) + 1),
      `${name} on and off`,
      () => onToggle(name),
    ]),
  )
  return (
    <div class="layer-switches" role="group" aria-label="Layers">
      {there.map((name) => (
        <button
          key={name}
          aria-pressed={visible.has(name)}
          aria-busy={states[name] === 'coming'}
          title={`${name} (key ${layerNames.indexOf(name) + 1})`}
          onClick={() => onToggle(name)}
        >
          {name}
          {states[name] === 'coming' ? ' …' : ''}
        </button>
      ))}
    </div>
  )
}
