// The score of a mutation run: how many of all mutants, and of those that a test runs, are noticed.

/** The part of Stryker's report that is read. */
export interface MutationReport {
  readonly files: Readonly<
    Record<string, { readonly mutants: readonly { readonly status: string }[] }>
  >
}

/** The mutants of one file, counted. */
export interface Score {
  readonly file: string
  /** By a test that failed, or never ended. */
  readonly killed: number
  readonly survived: number
  /** Of code that no test ran. */
  readonly uncovered: number
}

export const scoresOf = ({ files }: MutationReport): readonly Score[] =>
  Object.entries(files).map(([file, { mutants }]) => {
    const count = (...statuses: readonly string[]) =>
      mutants.filter(({ status }) => statuses.includes(status)).length
    return {
      file,
      killed: count('Killed', 'Timeout'),
      survived: count('Survived'),
      uncovered: count('NoCoverage'),
    }
  })

const percentOf = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`

/** One line a file, and one of all. */
export function scoreTable(scores: readonly Score[]): string {
  const sum = (of: (score: Score) => number) =>
    scores.reduce((total, score) => total + of(score), 0)
  const all: Score = {
    file: 'all',
    killed: sum(({ killed }) => killed),
    survived: sum(({ survived }) => survived),
    uncovered: sum(({ uncovered }) => uncovered),
  }
  const rows = [...scores, all].map(({ file, killed, survived, uncovered }) => {
    const covered = killed + survived
    const mutants = covered + uncovered
    return [
      file,
      `${mutants} mutants`,
      `killed ${killed} (${percentOf(killed, mutants)} of all, ${percentOf(killed, covered)} of covered)`,
      `survived ${survived}`,
      `covered ${percentOf(covered, mutants)}`,
    ].join('  ')
  })
  return rows.join('\n')
}
