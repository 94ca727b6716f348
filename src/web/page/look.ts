// Light or dark: as the system says, or as was chosen here; kept by the browser.
import { effect, signal } from '@preact/signals'

/** What can be chosen. */
export const looks = ['system', 'light', 'dark'] as const
export type Look = (typeof looks)[number]

const key = 'romi-run look'

/** What is chosen. */
export const chosenLook = signal<Look>(looks.find((each) => each === keptLook()) ?? 'system')

/** Counts up whenever colours change, by choice or by the system: what paints by itself reads it. */
export const painted = signal(0)

effect(() => {
  if (chosenLook.value === 'system') delete document.documentElement.dataset.look
  else document.documentElement.dataset.look = chosenLook.value
  try {
    localStorage.setItem(key, chosenLook.value)
  } catch {
    // A browser that keeps nothing for us forgets it; that is its wish.
  }
  painted.value = painted.peek() + 1
})
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => painted.value++)

function keptLook(): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null // as above
  }
}

/** The colour that a token of `tokens.css` has now, as `rgb(…)`. */
export function tokenColour(token: string): string {
  const probe = document.createElement('i')
  probe.style.color = `var(--${token})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
