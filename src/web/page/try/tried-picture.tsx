// The photograph with what the step makes of it by the tried values, and what it makes of it today.
import { useState } from 'preact/hooks'
import type { Photograph, Plant, StepShown } from '../../api.ts'
import type { Previewer } from '../data/preview.ts'
import { Wrong } from '../parts/told.tsx'
import { RunNow } from '../runs/run-now.tsx'
import { Zoomed } from '../parts/zoomed.tsx'
import { threeDigitText } from '../parts/words.ts'
import { Picture } from '../photographs/picture.tsx'
import { basePicture } from '../photographs/pictures.ts'
import { StrengthSlider } from '../parts/strength-slider.tsx'

export function TriedPicture(props: {
  readonly plant: Plant
  readonly step: StepShown
  readonly photograph: Photograph
  readonly previewer: Previewer
}) {
  const { plant, step, photograph, previewer } = props
  const { preview, isWaiting, words } = previewer.tried.value
  const [opacity, setOpacity] = useState(0.65)
  const [showsToday, setShowsToday] = useState(false)
  const today = photograph.made.find((made) => made.step === step.name && made.isCurrent)
  const isMask = makesMasks(plant, step)
  const base = basePicture(plant, photograph, today)
  const mask = showsToday ? today?.image : preview?.image
  return (
    <div class="try-stage">
      <div class="stage" aria-busy={isWaiting}>
        <Zoomed>
          {isMask ? (
            <Picture
              image={base}
              alt={`Photograph ${photograph.id}`}
              mask={mask === undefined ? undefined : { image: mask, opacity }}
            />
          ) : (
            <Picture
              image={(showsToday ? today?.image : preview?.image) ?? base}
              alt={`What ${step.name} makes of ${photograph.id}`}
            />
          )}
        </Zoomed>
      </div>
      <div class="tools">
        {isMask && <StrengthSlider name="Mask" value={opacity} onChange={setOpacity} />}
        {today && (
          <div class="row" role="group" aria-label="Which result is shown">
            <button aria-pressed={!showsToday} onClick={() => setShowsToday(false)}>
              tried
            </button>
            <button aria-pressed={showsToday} onClick={() => setShowsToday(true)}>
              today
            </button>
          </div>
        )}
        <span class="push small" role="status">
          {isWaiting ? 'trying …' : preview ? `took ${threeDigitText(preview.seconds)} s` : ''}
        </span>
        <CheckChanges photograph={photograph} step={step} previewer={previewer} />
      </div>
      {words !== undefined && <Wrong words={words} />}
      {words !== undefined && today === undefined && (
        <RunNow scan={plant.row.id} words="Run the pipeline on this plant" />
      )}
      {preview?.said.map((line) => (
        <p key={line} class="notice told">
          {line}
        </p>
      ))}
    </div>
  )
}

/** What checks say of the tried result, beside what they say of that of today. */
function CheckChanges(props: {
  readonly photograph: Photograph
  readonly step: StepShown
  readonly previewer: Previewer
}) {
  const checks = props.previewer.tried.value.preview?.checks ?? {}
  return (
    <>
      {Object.entries(checks).map(([check, value]) => {
        const before = props.photograph.checks.find(
          (each) => each.check === check && each.step === props.step.name,
        )
        return (
          <span key={check} class="small">
            {check.replaceAll('_', ' ')}{' '}
            {before && before.value !== value ? `${threeDigitText(before.value)} → ` : ''}
            <b>{threeDigitText(value)}</b>
          </span>
        )
      })}
    </>
  )
}

/** By what it made before; of a step that made nothing yet, by its name. */
function makesMasks({ filesets }: Plant, { name, task }: StepShown): boolean {
  const made = filesets.filter((each) => each.step === name || each.task === task)
  return made.length > 0
    ? made.some(({ layers }) => layers.includes('masks'))
    : /mask|segment/i.test(task)
}
