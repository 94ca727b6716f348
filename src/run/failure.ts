// Turns whatever a task threw into a failure: a value that tells what happened and what to do.
import { lasts, type ErrorCode } from '../base/codes.ts'
import { asError, RomiError } from '../base/errors.ts'
import type { Json, JsonObject } from '../base/types.ts'
import type { ComputingTask } from '../task/task.ts'
import type { TaskFailure } from './event.ts'

/** Whether to try again can help: what lasts fails again, unless the task says that it draws anew. */
export const mayPass = ({ code }: TaskFailure, { retryOn = [] }: ComputingTask): boolean =>
  !lasts(code) || retryOn.includes(code)

/** The failure that an error is; the stack is kept for what is no one's message to people. */
export function failureOf(thrown: unknown): TaskFailure {
  const error = asError(thrown)
  if (error instanceof RomiError) return failure(error.code, error.message, error.facts)
  return {
    ...failure('task/threw', error.message === '' ? error.name : error.message),
    ...(error.stack !== undefined && { stack: error.stack }),
  }
}

/** A failure that we found ourselves. */
export const failure = (
  code: ErrorCode,
  message: string,
  facts: Readonly<Record<string, unknown>> = {},
): TaskFailure => ({ code, message, facts: asJson(facts), logTail: [] })

/** What of the facts survives JSON: they go through threads and logs. */
function asJson(facts: Readonly<Record<string, unknown>>): JsonObject {
  const kept = Object.entries(facts).flatMap(([name, value]) => {
    const text = jsonText(value)
    // Safe: it was written as JSON by the line above.
    return text === undefined ? [] : [[name, JSON.parse(text) as Json] as const]
  })
  return Object.fromEntries(kept)
}

/** `undefined` for what JSON cannot hold: functions, circles, bigints, a `toJSON` that throws. */
function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value) as string | undefined // the declared type leaves this out
  } catch {
    return undefined
  }
}

/** The failure of a step of which the inputs were changed; `isLast` if it does not begin again. */
export function overtakenBy(changed: readonly string[], isLast: boolean): TaskFailure {
  const what = `what it reads was changed while it ran (${[...new Set(changed)].join(', ')})`
  const message = isLast ? `${what}: let whatever writes there finish first` : what
  return failure('task/overtaken', message, { changed: [...new Set(changed)] })
}
