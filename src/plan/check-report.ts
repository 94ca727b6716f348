// What one check says of one result, as all faces are told it, the browser's included.
import type { CheckedValue, CheckLimits } from '../task/check.ts'

/** A value, with the file that it is of. */
export interface FileValue extends CheckedValue {
  /** The id of the file, if the step works file by file. */
  readonly file?: string
}

/** One check of one result; made of JSON values only. */
export interface CheckReport {
  readonly check: string
  /**
   * `broken`: a limit is; `edited`: somebody changed by hand what the values were of; `unknown`: the
   * result is older than the check, or the task could not tell.
   */
  readonly is: 'fine' | 'broken' | 'edited' | 'unknown'
  readonly unit?: string
  readonly limits: CheckLimits
  /** The range of the values that still hold; for a result made as a whole all three are equal. */
  readonly range?: { readonly least: number; readonly median: number; readonly greatest: number }
  /** How many files have a value that still holds. */
  readonly files?: number
  /** Files whose values are of what was there before somebody changed them. */
  readonly edited?: readonly string[]
  readonly broken: readonly FileValue[]
  /** If it is broken: what is wrong, what may be the cause, and what to do. */
  readonly message?: string
}
