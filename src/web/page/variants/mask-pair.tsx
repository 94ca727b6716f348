// One photograph with the masks of two variants.
import { useState } from 'preact/hooks'
import type { Plant } from '../../api.ts'
import { pickHere, route } from '../navigation.ts'
import { variantName } from '../parts/fileset-name.ts'
import { Picture } from '../photographs/picture.tsx'
import { basePicture, maskOf } from '../photographs/pictures.ts'
import { StrengthSlider } from '../parts/strength-slider.tsx'

export function MaskPair(props: { readonly plant: Plant; readonly a: string; readonly b: string }) {
  const { plant, a, b } = props
  const [opacity, setOpacity] = useState(0.65)
  const both = plant.photographs.filter((each) => maskOf(each, a) ?? maskOf(each, b))
  const photograph = both.find(({ id }) => id === route.value.picked.photo) ?? both[0]
  if (!photograph) return null
  return (
    <>
      <div class="row pair-choice">
        <label class="row">
          Photograph
          <select
            value={photograph.id}
            onChange={({ currentTarget }) => pickHere({ photo: currentTarget.value })}
          >
            {both.map(({ id }) => (
              <option key={id}>{id}</option>
            ))}
          </select>
        </label>
        <StrengthSlider name="Mask" value={opacity} onChange={setOpacity} />
      </div>
      <div class="pair">
        {[a, b].map((id) => {
          const mask = maskOf(photograph, id)
          return (
            <div key={id}>
              <span class="caption cut">{variantName(plant, id)}</span>
              <Picture
                image={basePicture(plant, photograph, mask)}
                alt={`Photograph ${photograph.id}`}
                mask={mask && { image: mask.image, opacity }}
              />
            </div>
          )
        })}
      </div>
    </>
  )
}
