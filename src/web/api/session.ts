// What is served, and what may be done with it.

// ── GET api/session ──────────────────────────────────────────────────────────────────────────────

/** What is served, and what may be done with it. */
export interface Session {
  /** The version of romi-run. */
  readonly version: string
  /** The name of the database's folder. */
  readonly database: string
  /** The pipeline file, as it was named; absent: only a database is served, and no state is known. */
  readonly pipeline?: string
  /** What is wrong with the pipeline file now: a line each; the page works on, without states. */
  readonly mistakes?: readonly string[]
  /** True with `--edit`, asked with the token: POSTs that write are taken. */
  readonly mayEdit: boolean
}
