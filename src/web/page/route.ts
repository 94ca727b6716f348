// Where one is: the view, what it shows, and what is picked in it, as an address that can be sent.

/** The views of one scan, in the order of their tabs. */
export const scanViews = ['plant', 'photographs', 'try', 'variants', 'pipeline'] as const
export type ScanViewName = (typeof scanViews)[number]

/** What is shown. */
export type PagePlace =
  | { readonly view: 'plants' }
  | { readonly view: 'runs'; readonly run?: string }
  | { readonly view: ScanViewName; readonly scan: string }

/** What is picked, sorted or searched there; by name. */
export type Picked = Readonly<Record<string, string | undefined>>

/** A place with what is picked in it. */
export interface Route {
  readonly place: PagePlace
  readonly picked: Picked
}

/** @param hash as in `location.hash`; what it does not name is the list of all plants */
export function parseRoute(hash: string): Route {
  const [path, query = ''] = hash.replace(/^#/, '').split(/\?(.*)/s)
  const [first, name, view] = path.split('/').filter(Boolean).map(decoded)
  const picked = Object.fromEntries(new URLSearchParams(query))
  if (first === 'runs') return { place: { view: 'runs', ...(name && { run: name }) }, picked }
  if (first !== 'scan' || name === undefined) return { place: { view: 'plants' }, picked }
  const known = scanViews.find((each) => each === view) ?? 'plant'
  return { place: { view: known, scan: name }, picked }
}

/** The address of a route; what is not picked or empty is not in it. */
export function routeHash({ place, picked }: Route): string {
  const entries = Object.entries(picked).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [[key, value]],
  )
  const query = new URLSearchParams(entries).toString()
  return `#${placePath(place)}${query === '' ? '' : `?${query}`}`
}

function placePath(place: PagePlace): string {
  if (place.view === 'plants') return '/'
  if (place.view === 'runs')
    return place.run === undefined ? '/runs' : `/runs/${encodeURIComponent(place.run)}`
  const scan = encodeURIComponent(place.scan)
  return place.view === 'plant' ? `/scan/${scan}` : `/scan/${scan}/${place.view}`
}

/** What was typed by hand may be no encoding at all. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
