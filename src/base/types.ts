// The few types that every floor speaks: branded strings, JSON, exhaustive unions.

declare const brand: unique symbol

/** A `T` that was checked once and may be trusted from then on. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }

/** A value that survives a round trip through JSON. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

/** True of a JSON value that is a map (no list, no null). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Closes a `switch` over a union: a member that was forgotten fails to compile here. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}
