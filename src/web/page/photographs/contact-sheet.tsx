// All photographs at a glance.
import type { Photograph, Plant } from '../../api.ts'
import { address, withQuery } from '../data/fetch.ts'
import type { LinesShown } from '../overlay/plant-lines.tsx'
import { threeDigitText } from '../parts/words.ts'
import { Picture, type LostShare } from './picture.tsx'
import { basePicture, maskOf, sized, thumbnailSize } from './pictures.ts'
import type { Overlays } from './tools.tsx'

/** What one of the pictures is drawn from. */
export interface SheetProps {
  readonly plant: Plant
  readonly overlays: Overlays
  readonly lines: LinesShown
  /** In the order of the sheet. */
  readonly shown: readonly Photograph[]
  readonly open: (photograph: Photograph | undefined) => void
}

export function ContactSheet(props: SheetProps) {
  return (
    <ul class="contact-sheet">
      {props.shown.map((photograph) => (
        <li key={`${photograph.fileset}/${photograph.id}`}>
          <Card {...props} photograph={photograph} />
        </li>
      ))}
    </ul>
  )
}

function Card(props: SheetProps & { readonly photograph: Photograph }) {
  const { photograph, open } = props
  const complaints = photograph.checks.filter(({ isBroken }) => isBroken)
  const isOut = photograph.excluded !== undefined
  return (
    <button
      class={`card${complaints.length > 0 ? ' doubted' : ''}${isOut ? ' out' : ''}`}
      onClick={() => open(photograph)}
    >
      <Layered {...props} size={thumbnailSize} isOneOfMany />
      <span class="card-name cut">{photograph.id}</span>
      {isOut && <span class="small">left out</span>}
      {complaints.map(({ step, check, value, unit }) => (
        <span key={`${step}/${check}`} class="complaint">
          {check.replaceAll('_', ' ')} {threeDigitText(value)} {unit ?? ''}
        </span>
      ))}
    </button>
  )
}

/** A photograph with all that is wished over it. @param size of the longer side; absent: whole */
export function Layered(
  props: SheetProps & {
    readonly photograph: Photograph
    readonly size?: number
    readonly isOneOfMany?: boolean
    readonly onLost?: (share: LostShare) => void
  },
) {
  const { plant, overlays, lines, photograph, size: wished } = props
  const mask = maskOf(photograph, overlays.masks)
  const at = (image: string) => (wished === undefined ? image : sized(image, wished))
  const lost = withQuery(address('plants', plant.row.id, 'lost', photograph.id), {
    fileset: plant.layers.voxels?.[0],
  })
  const picture = basePicture(plant, photograph, mask)
  return (
    <Picture
      key={picture}
      image={at(picture)}
      small={wished === undefined ? sized(picture, thumbnailSize) : undefined}
      alt={`Photograph ${photograph.id}`}
      mask={mask && { image: at(mask.image), opacity: overlays.opacity }}
      lost={overlays.lost && mask ? lost : undefined}
      onLost={props.onLost}
      camera={photograph.camera}
      lines={overlays.skeleton || overlays.organs ? lines : undefined}
      isOneOfMany={props.isOneOfMany}
    />
  )
}
