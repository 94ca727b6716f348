// All that answers draw on.
import type { Aside } from './aside/aside.ts'
import type { Events } from './events.ts'
import type { Policy } from './http/guard.ts'
import type { KeptBytes } from './kept-bytes.ts'
import type { Previews } from './preview.ts'
import type { Rows } from './plants/rows.ts'
import type { Runs } from './runs.ts'
import type { Served } from './served.ts'

/** What is served, and by which rules. */
export interface Site {
  readonly served: Served
  readonly policy: Policy
  readonly mayEdit: boolean
  readonly events: Events
  readonly rows: Rows
  readonly runs: Runs
  readonly previews: Previews
  /** Where large shapes are reduced. */
  readonly aside: Aside
  /** Small pictures and reduced layers. */
  readonly kept: KeptBytes
  /** Where the page's files lie. */
  readonly page?: string
}
