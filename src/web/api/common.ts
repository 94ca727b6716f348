// What all answers share: JSON, places, and why something was refused.

/** JSON as it is. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/** A place or a direction, in the axes of the scan. */
export type Place = readonly [x: number, y: number, z: number]

/** Why something was refused or did not work. */
export interface ApiError {
  readonly error: {
    /** Such as `store/locked` (409: ask again later with the same request), `web/read-only`, `web/bad-request`, `web/not-found`. */
    readonly code: string
    /** What happened, to what, and what to do; a sentence to show. */
    readonly message: string
  }
}
