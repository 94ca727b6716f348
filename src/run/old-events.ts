// Events as earlier versions logged them, in the words of this one.
import type { ErrorCode } from '../base/codes.ts'
import { isJsonObject, type Json, type JsonObject } from '../base/types.ts'

/** Failures bore one of these kinds instead of a code; several codes had one kind. */
const codes: Readonly<Record<string, ErrorCode | undefined>> = {
  'wrong-result': 'task/wrong-result',
  'no-output': 'task/no-output',
  'empty-selection': 'task/empty-selection',
  'undeclared-metadata': 'task/undeclared-metadata',
  'time-limit': 'task/time-limit',
  'out-of-memory': 'task/out-of-memory',
  'worker-died': 'task/worker-died',
  'program-missing': 'task/program-missing',
  'program-failed': 'task/program-failed',
  'program-killed': 'task/program-killed',
  'unreadable-input': 'io/unreadable',
  overtaken: 'task/overtaken',
}

/** The event with a failure that has code and facts. */
export function upToDate(event: JsonObject): JsonObject {
  const { failure } = event
  if (!isJsonObject(failure) || failure.code !== undefined) return event
  const { kind = '', ...rest } = failure
  return { ...event, failure: { ...rest, code: errorCodeOf(kind), facts: {} } }
}

const errorCodeOf = (kind: Json): ErrorCode =>
  (typeof kind === 'string' ? codes[kind] : undefined) ?? 'task/threw'
