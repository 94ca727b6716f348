// The route that the address bar holds, as a signal, and the ways to change it.
import { computed, signal } from '@preact/signals'
import { hashOf, parseRoute, type Picked, type Place } from './route.ts'

const hash = signal(location.hash)
addEventListener('hashchange', () => (hash.value = location.hash))

/** Where the page is. */
export const route = computed(() => parseRoute(hash.value))

/** The address of a place, for links. */
export const linkTo = (place: Place, picked: Picked = {}): string => hashOf({ place, picked })

/** Goes somewhere; the way back leads here. */
export function go(place: Place, picked: Picked = {}): void {
  location.hash = hashOf({ place, picked })
}

/** Picks something where one is; no step of its own on the way back. */
export function pick(changes: Picked): void {
  const { place, picked } = route.peek()
  const next = hashOf({ place, picked: { ...picked, ...changes } })
  if (next === hash.peek()) return
  history.replaceState(null, '', next)
  hash.value = next
}
