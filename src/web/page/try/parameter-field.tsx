// A field for a parameter, by what it is: a slider, a number, a tick, one of some words, or JSON.
import { useState } from 'preact/hooks'
import type { JsonValue, ParameterShown } from '../../api.ts'
import { parameterText, unitWords } from '../parts/words.ts'

interface FieldProps {
  readonly parameter: ParameterShown
  readonly value: JsonValue | undefined
  readonly onChange: (value: JsonValue | undefined) => void
}

export function ParameterField(props: FieldProps) {
  const { parameter, value, onChange } = props
  const { name, unit, doc, expects } = parameter
  const isChanged = value !== undefined && !isSameValue(value, parameter.value)
  return (
    <div class={`parameter${isChanged ? ' changed' : ''}`}>
      <div class="row">
        <label for={`parameter-${name}`}>
          <code>{name}</code>
          {unit === undefined ? '' : ` (${unitWords(unit)})`}
        </label>
        {isChanged && (
          <button class="plain push small" onClick={() => onChange(undefined)}>
            back to {parameterText(parameter.value)}
          </button>
        )}
      </div>
      <ValueField {...props} />
      <p class="small soft">
        {doc} <span title="what it may be">({expects.replace(` (${unit})`, '')})</span>
      </p>
    </div>
  )
}

function ValueField({ parameter, value, onChange }: FieldProps) {
  const { name, min, max } = parameter
  const id = `parameter-${name}`
  const shown = value ?? parameter.value ?? parameter.default
  if (typeof shown === 'boolean')
    return (
      <input
        id={id}
        type="checkbox"
        checked={shown}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
    )
  if (typeof shown === 'number') {
    const number = (text: string) => (text === '' ? undefined : Number(text))
    const range = sliderRange(parameter, shown)
    const step = sliderStep(parameter, shown)
    return (
      <div class="row">
        {range && (
          <input
            type="range"
            aria-label={name}
            min={range.low}
            max={range.high}
            step={step}
            value={shown}
            onInput={({ currentTarget }) => onChange(currentTarget.valueAsNumber)}
          />
        )}
        <input
          id={id}
          type="number"
          min={min}
          max={max}
          step={step}
          value={shown}
          onInput={({ currentTarget }) => onChange(number(currentTarget.value))}
        />
      </div>
    )
  }
  const words = choicesIn(parameter.expects)
  if (typeof shown === 'string' && words.includes(shown))
    return (
      <select id={id} value={shown} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {words.map((word) => (
          <option key={word} value={word}>
            {word}
          </option>
        ))}
      </select>
    )
  return <TextField id={id} value={shown} onChange={onChange} />
}

/** The words of `one of "linear", "excess_green"`; of anything else none. */
function choicesIn(expects: string): readonly string[] {
  const [, list] = /^one of (".*")$/.exec(expects) ?? []
  const words = list === undefined ? undefined : jsonTyped(`[${list}]`)
  return Array.isArray(words) ? words.filter((word) => typeof word === 'string') : []
}

/** Text as it is; anything else as JSON, once it is. */
function TextField(props: {
  readonly id: string
  readonly value: JsonValue | undefined
  readonly onChange: (value: JsonValue | undefined) => void
}) {
  const { id, value, onChange } = props
  const isText = typeof value === 'string'
  const [draft, setDraft] = useState<string>()
  const parsed = draft === undefined || isText ? draft : jsonTyped(draft)
  return (
    <input
      id={id}
      type="text"
      value={draft ?? (value === undefined ? '' : parameterText(value))}
      aria-invalid={draft !== undefined && !isText && parsed === undefined}
      onInput={({ currentTarget }) => {
        setDraft(currentTarget.value)
        const next = isText ? currentTarget.value : jsonTyped(currentTarget.value)
        if (next !== undefined) onChange(next)
      }}
      onBlur={() => setDraft(undefined)}
    />
  )
}

function jsonTyped(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue // what JSON.parse gives is nothing else
  } catch {
    return undefined
  }
}

/**
 * From where to where a value can be moved; undefined: too far to be of use. What has no limits and is
 * a share, such as a threshold, can be moved from 0 to 1.
 */
function sliderRange({ min, max, expects, default: usual }: ParameterShown, shown: number) {
  if (min !== undefined && max !== undefined)
    return max - min < 1000 ? { low: min, high: max } : undefined
  const isShare = [shown, usual].every(
    (each) => typeof each === 'number' && each >= (min ?? 0) && each <= (max ?? 1),
  )
  return isShare && !isWholeNumber(expects) && (min ?? 0) < (max ?? 1)
    ? { low: min ?? 0, high: max ?? 1 }
    : undefined
}

/** Whole numbers in ones; others in hundredths of their range. */
function sliderStep({ min, max, expects, value, default: usual }: ParameterShown, shown: number) {
  if (isWholeNumber(expects)) return 1
  const range = min !== undefined && max !== undefined ? max - min : Math.abs(shown) || 1
  const fine = 10 ** Math.floor(Math.log10(range) - 1.9)
  return [value, usual].some((each) => typeof each === 'number' && each % fine !== 0) ? 'any' : fine
}

const isWholeNumber = (expects: string): boolean => /whole|integer/.test(expects)

const isSameValue = (a: JsonValue, b: JsonValue | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b)
