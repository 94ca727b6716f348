// Errors that people are meant to read: a code for programs, a sentence for them, a hint what to do.
import type { ErrorCode } from './codes.ts'

/**
 * Trouble that is not our bug and that a person can act upon.
 *
 * The message says what happened, to what and what to do next. Whatever else is thrown is our bug
 * and shows its stack.
 */
export class RomiError extends Error {
  override readonly name = 'RomiError'
  readonly code: ErrorCode
  /** Facts for programs, such as the path or the ids that were there. */
  readonly facts: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly facts?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.facts = options.facts ?? {}
  }
}

/** True of a `RomiError`, and of one of this very code if a code is given. */
export function isRomiError(error: unknown, code?: ErrorCode): error is RomiError {
  return error instanceof RomiError && (code === undefined || error.code === code)
}

/** The system's code of an error (`ENOENT`, `ENOSPC`, …), if it has one. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : undefined
}

/** Whatever was thrown, as an `Error`. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
