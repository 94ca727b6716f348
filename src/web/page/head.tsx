// The head of the page: where one is, the views of a scan, light or dark, the keys.
import { loadedValue } from './data/loaded.ts'
import { session, working } from './data/store.ts'
import { isHelpOpen } from './keys/key-help.tsx'
import { chosenLook, looks, type Look } from './look.ts'
import { linkTo } from './navigation.ts'
import { scanViews, type PagePlace, type ScanViewName } from './route.ts'

const tabNames: Readonly<Record<ScanViewName, string>> = {
  plant: '3-D',
  photographs: 'Photographs',
  try: 'Try a parameter',
  variants: 'Variants',
  pipeline: 'Pipeline',
}

const lookNames: Readonly<Record<Look, string>> = {
  system: 'Auto',
  light: 'Light',
  dark: 'Dark',
}

export function PageHead({ place }: { readonly place: PagePlace }) {
  const served = loadedValue(session.value)
  return (
    <header class="head">
      <a
        class="home"
        href={linkTo({ view: 'plants' })}
        aria-current={place.view === 'plants' ? 'page' : undefined}
        aria-label={`All plants of ${served?.database ?? 'the database'}`}
        title={`All plants of ${served?.database ?? 'the database'}`}
      >
        <img src="icon.svg" alt="" />
        <span class="name">{served?.database ?? 'romi-run'}</span>
      </a>
      {'scan' in place && (
        <>
          <span class="step-in" aria-hidden="true">
            /
          </span>
          <span class="scan cut" title={place.scan}>
            {place.scan}
          </span>
          <nav class="tabs" aria-label="Views of this plant">
            {scanViews.map((view) => (
              <a
                key={view}
                href={linkTo({ view, scan: place.scan })}
                aria-current={view === place.view ? 'page' : undefined}
              >
                {tabNames[view]}
              </a>
            ))}
          </nav>
        </>
      )}
      <nav class="tabs push" aria-label="Whole database">
        <a
          href={linkTo({ view: 'runs' })}
          aria-current={place.view === 'runs' ? 'page' : undefined}
        >
          Runs
          {working.value.length > 0 && (
            <span class="badge" title="at work">
              {working.value.length}
            </span>
          )}
        </a>
      </nav>
      <span class="soft small may" title={served?.pipeline}>
        {served === undefined ? '' : served.mayEdit ? 'editing' : 'read only'}
      </span>
      <select
        aria-label="Light or dark"
        value={chosenLook.value}
        onChange={({ currentTarget }) => (chosenLook.value = currentTarget.value as Look)} // one of `looks`
      >
        {looks.map((each) => (
          <option key={each} value={each}>
            {lookNames[each]}
          </option>
        ))}
      </select>
      <button class="plain" aria-label="Keys" onClick={() => (isHelpOpen.value = true)}>
        <kbd>?</kbd>
      </button>
    </header>
  )
}
