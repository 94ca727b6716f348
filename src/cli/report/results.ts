// What a run brought: the results that were asked for, in their tasks' words, and where they lie.
import { some } from '../../base/some.ts'
import type { RunState } from '../../run/state.ts'
import type { Style } from './style.ts'
import { count } from '../../survey/words.ts'

/** A result that was asked for and made in this run. */
export interface Result {
  readonly scan: string
  readonly step: string
  readonly fileset: string
  /** The last that its task said. */
  readonly said?: string
}

/** A result with the place that it lies in. */
export interface ToldResult extends Result {
  readonly folder: string
  readonly files: readonly string[]
}

/** Of more results only the number is told: nobody reads a hundred. */
const mostTold = 12

/** The targets that this run made. */
export function resultsOf(state: RunState, targets: readonly string[]): Result[] {
  return [...state.scans].flatMap(([scan, { steps }]) =>
    targets.flatMap((step) => {
      const of = steps.get(step)
      if (of?.is !== 'finished') return []
      return [{ scan, step, fileset: of.fileset, ...(of.said !== undefined && { said: of.said }) }]
    }),
  )
}

/** Two lines a result. */
export function resultLines(
  results: readonly ToldResult[],
  manyScans: boolean,
  style: Style,
): string[] {
  const more = results.length - mostTold
  return [
    ...results.slice(0, mostTold).flatMap(({ scan, step, said, folder, files }) => {
      const name = `${manyScans ? `${scan} ` : ''}${style.bold(step)}`
      const where = files.length === 0 ? folder : `${folder}: ${some(files)}`
      return [
        `${style.green('→')} ${name}${said === undefined ? '' : `  ${said}`}`,
        `  ${style.dim(where)}`,
      ]
    }),
    ...(more > 0
      ? [
          style.dim(
            `  and ${count(more, 'result')} more: romi-run table puts those of a step into one CSV`,
          ),
        ]
      : []),
  ]
}
