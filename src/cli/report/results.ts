// The results that were asked for, in their tasks' words, and where they lie.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { some } from '../../base/some.ts'
import type { RunState } from '../../run/state.ts'
import { shortPath } from './diagnostics.ts'
import type { Style } from './style.ts'
import { unbroken } from './visible.ts'
import { count } from '../../base/number-words.ts'

/** A result that was asked for and is there. */
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

/** At the end of a run only the number of more is told: nobody reads a hundred. */
const mostTold = 12

/** Those that a run made, and those that were there before. */
export function resultsOf(state: RunState, wanted: readonly string[]): Result[] {
  return [...state.scans].flatMap(([scan, { steps }]) =>
    wanted.flatMap((step) => {
      const of = steps.get(step)
      if ((of?.is !== 'finished' && of?.is !== 'reused') || of.fileset === undefined) return []
      return [{ scan, step, fileset: of.fileset, ...(of.said !== undefined && { said: of.said }) }]
    }),
  )
}

/** With its place, as one would type it. */
export async function placed(result: Result, database: string, cwd: string): Promise<ToldResult> {
  const folder = join(database, result.scan, result.fileset)
  const files = (await readdir(folder)).filter((name) => !name.startsWith('.'))
  files.sort((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1))
  return { ...result, folder: shortPath(folder, cwd), files }
}

/** What people look at first comes first: pictures, then tables. */
function rankOf(name: string): number {
  const rank = ['svg', 'png', 'csv'].indexOf(name.slice(name.lastIndexOf('.') + 1))
  return rank < 0 ? 3 : rank
}

/**
 * Two lines a result.
 * @param most more are counted, not told
 */
export function resultLines(
  results: readonly ToldResult[],
  manyScans: boolean,
  style: Style,
  most = mostTold,
): string[] {
  const more = results.length - most
  return [
    ...results.slice(0, most).flatMap(({ scan, step, said, folder, files }) => {
      const name = `${manyScans ? `${scan} ` : ''}${style.bold(step)}`
      const where = unbroken(folder)
      return [
        `${style.green('→')} ${name}${said === undefined ? '' : `  ${said}`}`,
        `  ${style.dim(files.length === 0 ? where : `${where}: ${some(files)}`)}`,
      ]
    }),
    ...(more > 0
      ? [style.dim(`  and ${count(more, 'result')} more: romi-run results tells all of them`)]
      : []),
  ]
}
