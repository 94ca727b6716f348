// One photograph, large, with what is known of it; the keys lead to the next one.
import { useState } from 'preact/hooks'
import type { Photograph, PlantCamera } from '../../api.ts'
import { LeaveOut } from '../edit/leave-out.tsx'
import { useKeys } from '../keys/use-keys.ts'
import { linkTo } from '../navigation.ts'
import { Zoomed } from '../parts/zoomed.tsx'
import { threeDigitText } from '../parts/words.ts'
import { Layered, type SheetProps } from './contact-sheet.tsx'
import type { LostShare } from './picture.tsx'

export function OnePhotograph(props: SheetProps & { readonly photograph: Photograph }) {
  const { plant, shown, photograph, open } = props
  const [lost, setLost] = useState<LostShare>('waiting')
  const at = shown.indexOf(photograph)
  const move = (by: number) => open(shown[(at + by + shown.length) % shown.length])
  useKeys([
    ['ArrowLeft', 'the photograph before', () => move(-1)],
    ['ArrowRight', 'the next photograph', () => move(1)],
    ['Escape', 'all photographs', () => open(undefined)],
  ])
  return (
    <div class="one-photograph">
      <div class="stage">
        <Zoomed key={photograph.id}>
          <Layered {...props} onLost={setLost} />
        </Zoomed>
      </div>
      <aside class="facts">
        <div class="row">
          <button onClick={() => open(undefined)}>All photographs</button>
          <span class="push" />
          <button aria-label="The photograph before" onClick={() => move(-1)}>
            ←
          </button>
          <button aria-label="The next photograph" onClick={() => move(1)}>
            →
          </button>
        </div>
        <h2 class="long-name">{photograph.id}</h2>
        <p class="soft small long-name">
          {at + 1} of {shown.length} in {photograph.fileset}
        </p>
        <Excluded photograph={photograph} />
        <LeaveOut key={photograph.id} scan={plant.row.id} photograph={photograph} />
        {props.overlays.lost && <LostWords lost={lost} />}
        <PhotographChecks photograph={photograph} />
        {photograph.camera ? (
          <CameraFacts camera={photograph.camera} />
        ) : (
          <p class="small soft">No camera is known for it: nothing can be drawn over it.</p>
        )}
        <p>
          {photograph.camera && (
            <a
              class="button"
              href={linkTo({ view: 'plant', scan: plant.row.id }, { camera: photograph.id })}
            >
              Look through it in 3-D
            </a>
          )}
        </p>
      </aside>
    </div>
  )
}

/** How much of the silhouette is lost, in words. */
function LostWords({ lost }: { readonly lost: LostShare }) {
  switch (lost) {
    case 'waiting':
      return (
        <p class="small soft" role="status">
          Comparing the mask with the volume …
        </p>
      )
    case 'none':
      return (
        <p class="small soft">
          No volume was carved by this mask: nothing can be compared with it.
        </p>
      )
    default:
      return (
        <p class="small">
          <span class="swatch lost" /> {threeDigitText(100 * lost)} % of this mask’s silhouette is
          lost: the volume does not explain it.
        </p>
      )
  }
}

function Excluded({ photograph }: { readonly photograph: Photograph }) {
  const { excluded } = photograph
  if (!excluded) return null
  return (
    <div class="notice">
      <p>
        Left out of all steps{excluded.why === undefined ? '' : `: ${excluded.why}`}
        {excluded.by === undefined ? '' : ` (${excluded.by})`}
      </p>
    </div>
  )
}

function PhotographChecks({ photograph }: { readonly photograph: Photograph }) {
  if (photograph.checks.length === 0) return null
  return (
    <table class="facts-table">
      <caption class="hidden-text">Values that checks took of it</caption>
      <tbody>
        {photograph.checks.map(({ step, check, value, unit, isBroken, note }) => (
          <tr key={`${step}/${check}`} class={isBroken ? 'broken' : ''}>
            <th scope="row">
              {check.replaceAll('_', ' ')} <span class="soft">({step})</span>
            </th>
            <td class="number" title={note}>
              {threeDigitText(value)} {unit ?? ''}
              {isBroken ? ' – out of its limits' : ''}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const CameraFacts = ({ camera }: { readonly camera: PlantCamera }) => (
  <dl class="small facts-list">
    <dt>Camera</dt>
    <dd>
      {camera.model}, {camera.width} × {camera.height} pixels
    </dd>
    <dt>from</dt>
    <dd class="long-name">{camera.from}</dd>
  </dl>
)
