// What lies over the photographs, and which of them are shown.
import type { Plant } from '../../api.ts'
import { pickHere } from '../navigation.ts'
import { filesetName } from '../parts/fileset-name.ts'
import { maskFilesets } from './pictures.ts'

/** What is wished of the pictures. */
export interface Overlays {
  readonly channel: string
  /** A fileset; undefined: no masks. */
  readonly masks?: string
  /** The opacity of masks, from 0 to 1. */
  readonly opacity: number
  readonly lost: boolean
  readonly skeleton: boolean
  readonly organs: boolean
  readonly doubtsFirst: boolean
}

export function OverlayTools(props: {
  readonly plant: Plant
  readonly overlays: Overlays
  readonly channels: readonly string[]
  readonly onOpacity: (opacity: number) => void
}) {
  const { plant, overlays, channels, onOpacity } = props
  const masks = maskFilesets(plant)
  const { layers } = plant
  const toggle = (key: 'lost' | 'skeleton' | 'organs', name: string, isThere: boolean) =>
    isThere && (
      <label class="row">
        <input
          type="checkbox"
          checked={overlays[key]}
          onChange={({ currentTarget }) =>
            pickHere({ [key]: currentTarget.checked ? '1' : undefined })
          }
        />
        {name}
      </label>
    )
  return (
    <div class="tools" role="toolbar" aria-label="What is shown">
      {channels.length > 1 && (
        <label class="row">
          Channel
          <select
            value={overlays.channel}
            onChange={({ currentTarget }) => pickHere({ channel: currentTarget.value })}
          >
            {channels.map((channel) => (
              <option key={channel} value={channel}>
                {channel || 'none'}
              </option>
            ))}
          </select>
        </label>
      )}
      {masks.length > 0 && (
        <>
          <label class="row">
            Mask
            <select
              value={overlays.masks ?? 'none'}
              onChange={({ currentTarget }) => pickHere({ masks: currentTarget.value })}
            >
              <option value="none">none</option>
              {masks.map((id) => (
                <option key={id} value={id}>
                  {filesetName(plant, id)}
                </option>
              ))}
            </select>
          </label>
          <input
            type="range"
            aria-label="How much of the mask shows"
            min={0}
            max={1}
            step={0.05}
            value={overlays.opacity}
            disabled={overlays.masks === undefined}
            onInput={({ currentTarget }) => onOpacity(currentTarget.valueAsNumber)}
          />
        </>
      )}
      {toggle('lost', 'Silhouette lost', masks.length > 0 && layers.voxels !== undefined)}
      {toggle('skeleton', 'Skeleton', layers.skeleton !== undefined)}
      {toggle('organs', 'Organs', layers.organs !== undefined)}
      <label class="row push">
        Order
        <select
          value={overlays.doubtsFirst ? 'doubts' : 'name'}
          onChange={({ currentTarget }) =>
            pickHere({ sort: currentTarget.value === 'name' ? 'name' : undefined })
          }
        >
          <option value="doubts">what checks complain of first</option>
          <option value="name">as taken</option>
        </select>
      </label>
    </div>
  )
}
