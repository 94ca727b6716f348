// Turns whatever a task threw into a failure: a value that tells what happened and what to do.
import { asError, RomiError } from '../base/errors.ts'
import type { FailureKind, TaskFailure } from './event.ts'

const kinds: Readonly<Record<string, FailureKind>> = {
  'task/wrong-result': 'wrong-result',
  'task/no-output': 'no-output',
  'task/empty-selection': 'empty-selection',
  'task/undeclared-metadata': 'undeclared-metadata',
  'task/program-missing': 'program-missing',
  'task/program-failed': 'program-failed',
  'task/program-killed': 'program-killed',
  'io/unreadable': 'unreadable-input',
  'io/too-large': 'unreadable-input',
  'task/case-twins': 'unusable-input',
  'task/empty-input': 'unusable-input',
  'task/no-camera': 'unusable-input',
  'task/no-poses': 'unusable-input',
  'task/size-mismatch': 'unusable-input',
  'task/too-few-photographs': 'unusable-input',
  'task/unusable-image': 'unusable-input',
  'task/wrong-metadata': 'unusable-input',
  'task/wrong-parameter': 'unusable-input',
}

/** What fails in the same way if it is tried again. */
const lasting: ReadonlySet<FailureKind> = new Set([
  'empty-selection',
  'undeclared-metadata',
  'program-missing',
  'unreadable-input',
  'unusable-input',
])
/** Whether to try again can help. */
export const mayPass = ({ kind }: TaskFailure): boolean => !lasting.has(kind)

/** The failure that an error is; the stack is kept for what is no one's message to people. */
export function failureOf(thrown: unknown): TaskFailure {
  const error = asError(thrown)
  if (error instanceof RomiError) {
    const kind = kinds[error.code] ?? (error.code.startsWith('store/') ? 'store' : 'threw')
    return { kind, message: error.message, logTail: [] }
  }
  return {
    kind: 'threw',
    message: error.message === '' ? error.name : error.message,
    ...(error.stack !== undefined && { stack: error.stack }),
    logTail: [],
  }
}

/** A failure that we found ourselves. */
export const failure = (kind: FailureKind, message: string): TaskFailure => ({
  kind,
  message,
  logTail: [],
})
