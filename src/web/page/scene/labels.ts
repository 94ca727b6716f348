// The numbers of organs over the canvas: text, moved where its organ is drawn; none lies on another.
import type { Place3 } from './place.ts'
import type { Stage } from './stage.ts'

/** A text at a place of the scan. */
export interface Label {
  readonly text: string
  readonly at: Place3
  readonly className: string
  /** Those that matter more are placed first. */
  readonly weight: number
}

/** Nearer than this to another one, in CSS pixels, a label is not shown. */
const labelSpacing = { x: 17, y: 15 } as const

export class Labels {
  readonly #box: HTMLElement
  #labels: readonly (Label & { readonly element: HTMLElement })[] = []

  constructor(box: HTMLElement) {
    this.#box = box
  }

  show(labels: readonly Label[]): void {
    const sorted = [...labels].sort((a, b) => b.weight - a.weight)
    this.#labels = sorted.map((label) => {
      const element = document.createElement('span')
      element.textContent = label.text
      element.className = `label ${label.className}`
      return { ...label, element }
    })
    this.#box.replaceChildren(...this.#labels.map(({ element }) => element))
  }

  place(stage: Stage): void {
    const taken: (readonly [number, number])[] = []
    for (const { element, at } of this.#labels) {
      const where = stage.screenOf(at)
      const isFree =
        where !== undefined &&
        taken.every(
          ([x, y]) =>
            Math.abs(x - where[0]) > labelSpacing.x || Math.abs(y - where[1]) > labelSpacing.y,
        )
      element.hidden = !isFree
      if (!where || !isFree) continue
      taken.push([where[0], where[1]])
      element.style.transform = `translate(${where[0].toFixed(1)}px, ${where[1].toFixed(1)}px) translate(-50%, -50%)`
    }
  }
}
