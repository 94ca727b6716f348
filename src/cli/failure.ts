// What an error means for whoever typed the command: a text and an exit code.
import { asError, isRomiError } from '../base/errors.ts'
import { explainDiskError } from '../base/disk-errors.ts'
import { exitCodes } from '../run/exit-codes.ts'

/** The exit codes of errors by their code or its area; what is not here is our own fault. */
const exitCodesByError: Readonly<Record<string, number>> = {
  'cli/': exitCodes.wrongCommandLine,
  'cluster/': exitCodes.taskFailed,
  'io/': exitCodes.missingData,
  'pipeline/': exitCodes.wrongPipeline,
  'task/bad-definition': exitCodes.wrongPipeline,
  'task/bad-module': exitCodes.wrongPipeline,
  'task/bad-name': exitCodes.wrongPipeline,
  'task/duplicate-name': exitCodes.wrongPipeline,
  'store/locked': exitCodes.databaseHeld,
  'store/foreign-lock': exitCodes.databaseHeld,
  'store/lock-lost': exitCodes.databaseHeld,
  'store/bad-id': exitCodes.wrongCommandLine,
  'store/': exitCodes.missingData,
}

/** A text for people and an exit code for scripts; a stack only where the fault is ours. */
export function describeError(thrown: unknown): { readonly text: string; readonly code: number } {
  const clear = explainDiskError(thrown, pathOf(thrown))
  if (isRomiError(clear)) {
    const area = `${clear.code.split('/')[0]}/`
    const hint = clear.code === 'store/locked' ? ' (run, import and clean do so with --wait)' : ''
    return {
      text: `error: ${clear.message}${hint}`,
      code: exitCodesByError[clear.code] ?? exitCodesByError[area] ?? exitCodes.internalError,
    }
  }
  const error = asError(thrown)
  if (error.name === 'AbortError') return { text: 'interrupted', code: exitCodes.interrupted }
  return {
    text: `internal error: this is a fault of romi-run, please report it\n${error.stack ?? error.message}`,
    code: exitCodes.internalError,
  }
}

/** The file that Node says an error is about. */
const pathOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error && 'path' in thrown && typeof thrown.path === 'string'
    ? thrown.path
    : undefined
