// What the server tells by itself.
import type { PlantRow } from './plants.ts'
import type { RunShown } from './runs.ts'

// ── GET api/events → text/event-stream ───────────────────────────────────────────────────────────

/** One `data:` line each; ask `api/plants` and `api/runs` again after the stream was interrupted. */
export type ServerEvent =
  /** A row is known better, or changed on the disk. */
  | { readonly is: 'plant'; readonly row: PlantRow }
  /** A run began, went on, or ended. */
  | { readonly is: 'run'; readonly run: RunShown }
  /** Scans came or went: ask for the list again. */
  | { readonly is: 'plants' }
  /** The pipeline file changed: ask for session and pipeline again. */
  | { readonly is: 'pipeline' }
