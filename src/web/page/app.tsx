// The whole page: its head, and the view that the address names.
import { useEffect } from 'preact/hooks'
import { PageHead } from './head.tsx'
import { KeyHelp } from './keys/key-help.tsx'
import { useKeys } from './keys/use-keys.ts'
import { whenIdle } from './parts/when-idle.ts'
import { loadedValue } from './data/loaded.ts'
import { session } from './data/store.ts'
import { route } from './navigation.ts'
import { PhotographsView } from './photographs/photographs.tsx'
import { Later, later } from './parts/later.tsx'
import { PipelineView } from './pipeline/pipeline-view.tsx'
import { Plants } from './plants/plants.tsx'
import type { PagePlace } from './route.ts'
import { RunsView } from './runs/runs-view.tsx'
import { TryView } from './try/try-view.tsx'

/** What draws in 3-D is loaded when it is first looked at, or while nothing else is to be done. */
const plantView = later(async () => (await import('./plant/plant-view.tsx')).PlantView)
whenIdle(async () => {
  plantView.load()
  ;(await import('./scene/warm-up.ts')).warmUp()
})
const variantsView = later(async () => (await import('./variants/variants-view.tsx')).VariantsView)

export function App() {
  const { place } = route.value
  useKeys([['/', 'search', focusSearch]])
  useEffect(() => {
    document.title = pageTitle(place)
  }, [pageTitle(place)])
  return (
    <>
      <a class="skip button" href="#main" onClick={skipHead}>
        Skip to the content
      </a>
      <PageHead place={place} />
      <Mistakes />
      <main id="main" tabIndex={-1}>
        <CurrentView place={place} />
      </main>
      <KeyHelp />
    </>
  )
}

function CurrentView({ place }: { readonly place: PagePlace }) {
  switch (place.view) {
    case 'plants':
      return <Plants />
    case 'plant':
      return <Later of={plantView} scan={place.scan} />
    case 'photographs':
      return <PhotographsView scan={place.scan} />
    case 'pipeline':
      return <PipelineView scan={place.scan} />
    case 'runs':
      return <RunsView run={place.run} />
    case 'try':
      return <TryView scan={place.scan} />
    case 'variants':
      return <Later of={variantsView} scan={place.scan} />
  }
}

/** The pipeline file may be wrong while the page is open. */
function Mistakes() {
  const mistakes = loadedValue(session.value)?.mistakes ?? []
  if (mistakes.length === 0) return null
  return (
    <div class="notice wrong" role="alert">
      <div>
        <b>The pipeline file has mistakes; states are not known until they are mended.</b>
        {mistakes.map((line) => (
          <div key={line}>
            <code>{line}</code>
          </div>
        ))}
      </div>
    </div>
  )
}

function pageTitle(place: PagePlace): string {
  const what = 'scan' in place ? place.scan : place.view === 'runs' ? 'Runs' : 'All plants'
  return `${what} – romi-run`
}

function focusSearch(): void {
  document.querySelector<HTMLElement>('[data-key="/"]')?.focus()
}

/** The part behind # is the route: the link of the skip is not one. */
function skipHead(event: Event): void {
  event.preventDefault()
  document.getElementById('main')?.focus()
}
