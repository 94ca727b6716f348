// Mistakes and notes of a pipeline file, one a line, each with its place.
import { relative } from 'node:path'
import { describeDiagnostic, type Diagnostic } from '../../pipeline/diagnostic.ts'
import type { Style } from './style.ts'
import { count } from '../../base/number-words.ts'

/** The lines for some diagnostics; paths are told from `cwd`. */
export function diagnosticLines(
  diagnostics: readonly Diagnostic[],
  cwd: string,
  style: Style,
): string[] {
  return diagnostics.map((diagnostic) => {
    const near = nearer(diagnostic, cwd)
    const label = diagnostic.severity === 'error' ? style.red('error') : style.dim('note')
    return `${label} ${describeDiagnostic(near)}`
  })
}

/** The line that follows mistakes. */
export function mistakesLine(diagnostics: readonly Diagnostic[], file: string): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  return `${count(errors, 'mistake')} in ${file}: nothing was done`
}

function nearer(diagnostic: Diagnostic, cwd: string): Diagnostic {
  const { place } = diagnostic
  return place
    ? { ...diagnostic, place: { ...place, file: shortPath(place.file, cwd) } }
    : diagnostic
}

/** A path as one would type it from `cwd`. */
export function shortPath(path: string, cwd: string): string {
  const near = relative(cwd, path)
  return near === '' ? '.' : near.length < path.length ? near : path
}
