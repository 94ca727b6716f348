// The route that the address bar holds, as a signal, and the ways to change it.
import { computed, signal } from '@preact/signals'
import { routeHash, parseRoute, type Picked, type PagePlace } from './route.ts'

const hash = signal(location.hash)
addEventListener('hashchange', () => (hash.value = location.hash))

/** Where the page is. */
export const route = computed(() => parseRoute(hash.value))

/** The address of a place, for links. */
export const linkTo = (place: PagePlace, picked: Picked = {}): string =>
  routeHash({ place, picked })

/** Goes somewhere; the way back leads here. */
export function go(place: PagePlace, picked: Picked = {}): void {
  location.hash = routeHash({ place, picked })
}

/** Picks something where one is; no step of its own on the way back. */
export function pickHere(changes: Picked): void {
  const { place, picked } = route.peek()
  const next = routeHash({ place, picked: { ...picked, ...changes } })
  if (next === hash.peek()) return
  history.replaceState(null, '', next)
  hash.value = next
}
