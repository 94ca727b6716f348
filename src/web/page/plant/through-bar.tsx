// While one looks through a camera: whose, how much of the photograph shows, the way out.
import { StrengthSlider } from '../parts/strength-slider.tsx'

export function ThroughBar(props: {
  readonly name: string
  readonly strength: number
  readonly onStrength: (strength: number) => void
  readonly onLeave: () => void
}) {
  return (
    <div class="through-bar" role="status">
      <span class="cut">
        Through the camera of <b>{props.name}</b>
      </span>
      <StrengthSlider name="Photograph" value={props.strength} onChange={props.onStrength} />
      <button onClick={props.onLeave}>Leave</button>
    </div>
  )
}
