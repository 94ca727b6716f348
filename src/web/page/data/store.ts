// What the whole page knows: session, rows of all plants, runs; kept true by the server's events.
import { computed, signal } from '@preact/signals'
import type { PlantList, PlantRow, RunList, RunShown, ServerEvent, Session } from '../../api.ts'
import { forgetEarly } from './early.ts'
import { address, askJson, withQuery } from './fetch.ts'
import { Loader, loadedValue } from './loaded.ts'

const sessions = new Loader<Session>()
const lists = new Loader<PlantList>()
const runLists = new Loader<RunList>()

/** What is served, and what may be done. */
export const session = sessions.state
/** Whether buttons that write are there. */
export const mayEdit = computed(() => loadedValue(session.value)?.mayEdit === true)
/** A scan as it is named in a terminal that stands beside the database. */
export const scanPath = (scan: string): string =>
  `${loadedValue(session.value)?.database ?? 'mydb'}/${scan}`
/** The list of plants, as it was asked for last. */
export const plantList = lists.state
/** The runs, as they were asked for last. */
export const runList = runLists.state

/** Rows that events told since. */
const newer = signal<ReadonlyMap<string, PlantRow>>(new Map())
const newerRuns = signal<ReadonlyMap<string, RunShown>>(new Map())

/** All rows, the newest of each, in the order of the list. */
export const rows = computed((): readonly PlantRow[] => {
  const plants = loadedValue(plantList.value)?.plants ?? []
  return newer.value.size === 0 ? plants : plants.map((row) => newer.value.get(row.id) ?? row)
})

/** All runs, newest first. */
export const runs = computed((): readonly RunShown[] => {
  const known = loadedValue(runList.value)?.runs ?? []
  const fresh = [...newerRuns.value.values()].filter(
    ({ id }) => !known.some((run) => run.id === id),
  )
  return [...fresh.reverse(), ...known.map((run) => newerRuns.value.get(run.id) ?? run)]
})

/** The runs at work. */
export const working = computed(() => runs.value.filter((run) => run.is === 'working'))

/** How often each scan was told to have changed; what shows one asks again when its number moves. */
export const turns = signal<ReadonlyMap<string, number>>(new Map())
/** How often the pipeline file changed. */
export const pipelineTurns = signal(0)
/** Whether events come; what is shown may be old where not. */
export const isLive = signal(true)

/** Asks for the list again. */
export function askForPlants(): void {
  void lists.load('plants', async (signal) => {
    const answer = await askJson<PlantList>(address('plants'), signal)
    newer.value = new Map()
    return answer
  })
}

/** Has those planned first that are looked at. */
export async function askForRows(ids: readonly string[]): Promise<void> {
  const query = ids.map((id) => `only=${encodeURIComponent(id)}`).join('&')
  const { plants } = await askJson<PlantList>(`${address('plants')}?${query}`)
  takeRows(plants)
}

function askForRuns(): void {
  void runLists.load('runs', async (signal) => {
    const answer = await askJson<RunList>(address('runs'), signal)
    newerRuns.value = new Map()
    return answer
  })
}

const askForSession = (): void =>
  void sessions.load('session', (signal) => askJson<Session>(address('session'), signal))

/** Told rows are gathered and taken a frame at a time: of a thousand each would draw the list anew. */
let told: PlantRow[] = []
function takeRows(changed: readonly PlantRow[]): void {
  if (told.length === 0) requestAnimationFrame(takeTold)
  told.push(...changed)
}
function takeTold(): void {
  newer.value = new Map([...newer.value, ...told.map((row) => [row.id, row] as const)])
  turns.value = new Map([
    ...turns.value,
    ...told.map(({ id }) => [id, (turns.value.get(id) ?? 0) + 1] as const),
  ])
  told = []
}

/** Asks for all of it, and listens. */
export function begin(): void {
  askForAll()
  const events = new EventSource(withQuery(address('events'), {}))
  events.onmessage = ({ data }: MessageEvent<string>) => take(JSON.parse(data) as ServerEvent) // the server holds to api.ts
  events.onerror = () => (isLive.value = false)
  events.onopen = () => {
    // what was told while nobody listened is lost
    if (!isLive.peek()) askForAll()
    isLive.value = true
  }
}

function askForAll(): void {
  askForSession()
  askForPlants()
  askForRuns()
}

function take(event: ServerEvent): void {
  switch (event.is) {
    case 'plant':
      forgetEarly(event.row.id)
      return takeRows([event.row])
    case 'run':
      newerRuns.value = new Map([...newerRuns.value, [event.run.id, event.run]])
      return
    case 'plants':
      return askForPlants()
    case 'pipeline':
      forgetEarly()
      pipelineTurns.value++
      return askForAll()
  }
}
