// The skeleton, the stem and the organs over a photograph; the picked organ stands out.
import type { OrganShown, Organs, PlantCamera, Skeleton } from '../../api.ts'
import { organLine, organPath } from '../organs/organ-path.ts'
import { organName } from '../organs/names.ts'
import type { Camera } from '../../../geometry/camera.ts'
import { geometryCamera, pathThrough, pixelOf } from './lines.ts'

/** What is drawn over a photograph. */
export interface LinesShown {
  readonly skeleton?: Skeleton
  readonly organs?: Organs
  /** Place in the list of organs. */
  readonly picked?: number
  readonly onPick?: (organ: number) => void
  /** The share of the photograph's width that is in sight; absent: all. */
  readonly part?: number
}

/** In pixels of the photograph; lines keep their width on the screen. */
export function PlantLines(props: LinesShown & { readonly camera: PlantCamera }) {
  const { skeleton, organs, picked } = props
  const camera = geometryCamera(props.camera)
  const { width, height } = camera
  /** The height of the number, in pixels of the photograph. */
  const size = props.part === undefined ? Math.max(width, height) / 45 : (props.part * width) / 6.5
  return (
    <svg
      class="plant-lines"
      viewBox={`-0.5 -0.5 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label="Skeleton and organs over the photograph"
    >
      {skeleton?.chains.map((chain, i) => (
        <path key={i} class="skeleton" d={pathThrough(camera, chain)} />
      ))}
      {organs && <path class="stem" d={pathThrough(camera, organs.stem)} />}
      {organs?.organs.map((organ, i) => (
        <OrganLine
          key={i}
          organ={organ}
          camera={camera}
          isPicked={i === picked}
          size={size}
          onPick={props.onPick && (() => props.onPick?.(i))}
        />
      ))}
    </svg>
  )
}

function OrganLine(props: {
  readonly organ: OrganShown
  readonly camera: Camera
  readonly isPicked: boolean
  readonly size: number
  readonly onPick: (() => void) | undefined
}) {
  const { organ, camera, isPicked, size, onPick } = props
  const name = organName(organ)
  const { measured, onward } = organLine(organ)
  const at = pixelOf(camera, ...organ.insertion)
  const label = pixelOf(camera, ...organ.tip)
  return (
    <g
      class={`organ ${organ.kind}${isPicked ? ' picked' : ''}${organ.counted ? '' : ' left-out'}`}
      onClick={onPick}
      data-organ={name}
    >
      <title>{name}</title>
      <path class="reach" d={pathThrough(camera, organPath(organ))} />
      <path class="line" d={pathThrough(camera, measured)} />
      <path class="line onward" d={pathThrough(camera, onward)} />
      {at && <circle cx={at[0]} cy={at[1]} r={size / 5} />}
      {label && isPicked && (
        <text x={label[0]} y={label[1]} font-size={size}>
          {organ.number ?? ''}
        </text>
      )}
    </g>
  )
}
