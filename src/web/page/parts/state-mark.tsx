// The sign of a state: told by shape, then by colour, and by its word for those who hear the page.
import type { JSX } from 'preact'
import type { Standing } from '../../api.ts'

/** The states of `romi-run status`, complete ones that a check doubts, and those at work. */
export type Shown = Standing | 'in doubt' | 'running'

const signs: Readonly<Record<Shown, JSX.Element>> = {
  complete: <path d="M3.5 8.5l3 3 6-7" />,
  'in doubt': <path d="M8 2.2l6.2 11.3H1.8zM8 6.4v3.2M8 11.4v.4" />,
  edited: <path d="M3 13l.6-2.9L10.8 3 13 5.2 5.9 12.4z" />,
  stale: <path d="M13 8a5 5 0 1 1-1.6-3.7M13 1.8v3h-3" />,
  missing: <circle cx="8" cy="8" r="1.6" fill="currentColor" />,
  failed: <path d="M4 4l8 8M12 4l-8 8" />,
  'cannot run': <path d="M8 3v6M8 12v.6" />,
  'not needed': <path d="M5 8h6" />,
  'passed over': <path d="M5 8h6" />,
  'module not loaded': <path d="M5.7 6a2.3 2.3 0 1 1 3.2 2.1c-.6.3-.9.7-.9 1.4M8 12v.4" />,
  running: <path d="M8 2.5A5.5 5.5 0 1 1 2.5 8" />,
}

/** What each means. */
const meanings: Readonly<Record<Shown, string>> = {
  complete: 'made from the photographs and parameters of today',
  'in doubt': 'complete, but a check is out of its limits',
  edited: 'complete, with files that were changed by hand',
  stale: 'made before; a parameter or something it reads has changed since',
  missing: 'not made yet',
  failed: 'the last run could not make it',
  'cannot run': 'what it reads is not there',
  'not needed': 'nothing asks for it',
  'passed over': 'an evaluation, and there is no truth to hold the result against',
  'module not loaded': 'its code is in a module that was not loaded',
  running: 'a run makes it now',
}

/** @param hint shown beside the pointer; else the state and what it means */
export function StateMark({ state, hint }: { readonly state: Shown; readonly hint?: string }) {
  return (
    <span
      class={`state ${state.replaceAll(' ', '-')}`}
      title={hint ?? `${state}: ${meanings[state]}`}
    >
      <svg
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        stroke-width="1.8"
        stroke-linecap="round"
        stroke-linejoin="round"
        aria-hidden="true"
      >
        {signs[state]}
      </svg>
      <span class="hidden-text">{hint ?? state}</span>
    </span>
  )
}
