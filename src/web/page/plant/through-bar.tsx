// While one looks through a camera: whose, how much of the photograph shows, the way out.

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
      <label class="row">
        Photograph
        <input
          type="range"
          min={0}
          max={1}
          step={0.05}
          value={props.strength}
          onInput={({ currentTarget }) => props.onStrength(currentTarget.valueAsNumber)}
        />
      </label>
      <button onClick={props.onLeave}>Leave</button>
    </div>
  )
}
