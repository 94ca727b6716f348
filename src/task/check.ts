// A check: a number that tells how far a result can be trusted. It is kept with the result, never hashed.
import { isJsonObject, type Json, type JsonObject } from '../base/types.ts'

/** Where a check begins to warn. Limits are applied when they are shown: another one runs nothing. */
export interface CheckLimits {
  readonly min?: number
  readonly max?: number
  /** In file-by-file tasks: how many times the median, or which part of it, a file's value may be. */
  readonly far?: number
}

/** What a task declares of a check. */
export interface Check extends CheckLimits {
  /** What the number tells, for the manual. */
  readonly doc: string
  readonly unit?: string
  /** What it may come of, and what to do, below `min`, above `max`, and far from the others. */
  readonly low?: string
  readonly high?: string
  readonly odd?: string
}

/** The checks of a task, by name, in snake_case. */
export type Checks = Readonly<Record<string, Check>>

/** A value that a run of the task reported. */
export interface CheckedValue {
  readonly value: number
  /** What it is of, such as the photographs that see nothing. */
  readonly note?: string
}

/** The values of one result, by check. */
export type CheckedValues = Readonly<Record<string, CheckedValue>>

/** The values in a record, which other programs may have changed; what is no value is not known. */
export function checkedValues(json: Json | undefined): CheckedValues {
  if (!isJsonObject(json)) return {}
  const values = Object.entries(json).flatMap(([name, told]) => {
    const value = isJsonObject(told) ? valueIn(told) : undefined
    return value ? [[name, value] as const] : []
  })
  return Object.fromEntries(values)
}

function valueIn({ value, note }: JsonObject): CheckedValue | undefined {
  if (typeof value !== 'number') return undefined
  return typeof note === 'string' ? { value, note } : { value }
}
