// Diagnostics: what is wrong, or worth a note, in a pipeline file, with its place in the text.

/** Every kind of mistake and note; one member a rule. */
export type DiagnosticCode =
  /** The text is no TOML. */
  | 'pipeline/syntax'
  /** A table that names no task. */
  | 'pipeline/unknown-task'
  /** A key that is neither a parameter nor a slot. */
  | 'pipeline/unknown-key'
  /** A value of another type, or out of its range. */
  | 'pipeline/wrong-value'
  /** A key or table that is there twice, also under an old name. */
  | 'pipeline/duplicate-key'
  /** A slot that names no task. */
  | 'pipeline/unknown-upstream'
  /** A slot whose step makes something else than it takes. */
  | 'pipeline/wrong-artifact'
  /** A target needs a task of ROMI that does not exist here. */
  | 'pipeline/missing-upstream'
  /** Steps that wait for one another. */
  | 'pipeline/cycle'
  | 'pipeline/unknown-target'
  /** Nothing that could be asked for. */
  | 'pipeline/no-step'
  /** A `--set` that cannot be understood. */
  | 'pipeline/bad-override'
  | 'pipeline/bad-module'
  /** Note: a module imports what nobody can tell before it runs. */
  | 'pipeline/unseen-import'
  /** Note: a table that is no step here. */
  | 'pipeline/not-loaded'
  | 'pipeline/passed-over'
  /** Note: a key without effect. */
  | 'pipeline/no-effect'
  /** Note: a unit of lengths that cannot be turned into others. */
  | 'pipeline/unknown-unit'
  /** Note: an old name. */
  | 'pipeline/renamed'

/** A place in a file; lines and columns count from 1. */
export interface TextPlace {
  readonly file: string
  readonly line: number
  readonly column?: number
}

/** What a diagnostic is about: a place in a file, or a flag of the command line. */
export interface Where {
  readonly place?: TextPlace
  /** The flag as it was given: `--set Masks.threshold=0.2`. */
  readonly flag?: string
}

/** One mistake (`error`) or remark (`note`). */
export interface Diagnostic extends Where {
  readonly severity: 'error' | 'note'
  readonly code: DiagnosticCode
  /** What is wrong and what to do, in one or two sentences. */
  readonly message: string
  /** The key it is about: `Masks.threshold`. */
  readonly key?: string
  /** The name that was probably meant. */
  readonly suggestion?: string
}

/** What a diagnostic says beside its code and its place. */
export type Remark = Pick<Diagnostic, 'key' | 'message' | 'suggestion'>

/** Gathers the diagnostics of one file, so that all are told at once. */
export class Remarks {
  readonly #all: Diagnostic[] = []

  error(code: DiagnosticCode, where: Where, remark: Remark): void {
    this.#all.push({ severity: 'error', code, ...where, ...remark })
  }

  note(code: DiagnosticCode, where: Where, remark: Remark): void {
    this.#all.push({ severity: 'note', code, ...where, ...remark })
  }

  get hasErrors(): boolean {
    return this.#all.some(({ severity }) => severity === 'error')
  }

  /** File by file in the order of the text; what stands in none (flags) comes last. */
  sorted(): readonly Diagnostic[] {
    const files = [...new Set(this.#all.flatMap(({ place }) => (place ? [place.file] : [])))]
    const file = ({ place }: Diagnostic) => (place ? files.indexOf(place.file) : files.length)
    const line = ({ place }: Diagnostic) => place?.line ?? 0
    const column = ({ place }: Diagnostic) => place?.column ?? 0
    return this.#all.toSorted(
      (a, b) => file(a) - file(b) || line(a) - line(b) || column(a) - column(b),
    )
  }
}

/** One line for people: `geom.toml:21: Masks.treshold is no parameter … (did you mean "threshold"?)`. */
export function describeDiagnostic(diagnostic: Diagnostic): string {
  const { place, flag, message, suggestion, severity } = diagnostic
  const at = flag ?? (place === undefined ? undefined : `${place.file}:${place.line}`)
  const hint =
    suggestion === undefined || severity === 'note' ? '' : ` (did you mean "${suggestion}"?)`
  return `${at === undefined ? '' : `${at}: `}${message}${hint}`
}
