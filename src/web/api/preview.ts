// One photograph through one step, tried with other parameters.
import type { JsonValue } from './common.ts'

// ── POST api/preview → Preview ───────────────────────────────────────────────────────────────────

/** One photograph through one step, with other parameters; nothing is kept. Needs no `--edit`. */
export interface PreviewRequest {
  readonly scan: string
  readonly step: string
  /** The id of a file that the step reads. */
  readonly file: string
  readonly params: { readonly [name: string]: JsonValue }
}

/** What the step makes of it; a newer request ends an older one, which then answers 409. */
export interface Preview {
  /** Address of the picture that the step would make of this file; valid until the next preview. */
  readonly image: string
  readonly seconds: number
  /** What the step said. */
  readonly said: readonly string[]
  readonly checks: { readonly [check: string]: number }
  /** What a run with these parameters would do on this scan, step by step. */
  readonly plan: readonly {
    readonly step: string
    readonly decision: string
    readonly reason: string
    readonly expectedSeconds?: number
  }[]
  /** What to write into the pipeline file: `[Masks]` and `threshold = 0.3`. */
  readonly lines: string
  /** What `api/runs` takes in `set` to run it: `Masks.threshold=0.3`. */
  readonly set: readonly string[]
}
