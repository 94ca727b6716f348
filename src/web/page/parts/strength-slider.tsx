// How strongly something shows over something else: a slider with its name.

/** @param value from `min`, by default 0: not at all, to 1: nothing is seen behind it */
export const StrengthSlider = (props: {
  readonly name: string
  readonly value: number
  readonly onChange: (value: number) => void
  readonly min?: number
  readonly class?: string
}) => (
  <label class={props.class ?? 'row'}>
    {props.name}
    <input
      type="range"
      min={props.min ?? 0}
      max={1}
      step={0.05}
      value={props.value}
      onInput={({ currentTarget }) => props.onChange(currentTarget.valueAsNumber)}
    />
  </label>
)
