// Diagnostics: what is wrong, or worth a note, in a pipeline file, with its place in the text.

/** Every kind of mistake and note; one member a rule. */
export type DiagnosticCode =
  | 'pipeline/syntax'
  | 'pipeline/unknown-task'
  | 'pipeline/unknown-key'
  | 'pipeline/wrong-value'
  | 'pipeline/duplicate-key'
  | 'pipeline/unknown-upstream'
  | 'pipeline/wrong-artifact'
  | 'pipeline/missing-upstream'
  | 'pipeline/cycle'
  | 'pipeline/unknown-target'
  | 'pipeline/bad-override'
  | 'pipeline/bad-module'
  | 'pipeline/passed-over'
  | 'pipeline/no-effect'
  | 'pipeline/renamed'

/** A place in a file; lines and columns count from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column?: number
}

/** One mistake (`error`) or remark (`note`). */
export interface Diagnostic {
  readonly severity: 'error' | 'note'
  readonly code: DiagnosticCode
  /** What is wrong and what to do, in one or two sentences. */
  readonly message: string
  readonly place?: Place
  /** The key it is about: `Masks.threshold`. */
  readonly key?: string
  /** The name that was probably meant. */
  readonly suggestion?: string
}
