// The corrections of a scan's organs, and what became of them in the result of today.
import { isJsonObject, type Json } from '../../base/types.ts'
import type { Scan } from '../../fsdb/scan.ts'
import {
  parseCorrections,
  type CorrectionEntry,
  type CorrectionList,
} from '../../geometry/phyllotaxis/parse-corrections.ts'
import { RomiError } from '../../base/errors.ts'
import type { Correction, CorrectionsAnswer } from '../api.ts'
import { layerFiles, type KnownFileset } from './filesets.ts'
import { jsonIn } from './json-file.ts'

/** Where the corrections of a scan stand. */
export const correctionsPlace = { fileset: 'corrections', file: 'organs' } as const

/** All corrections of a scan. @throws RomiError `io/unreadable` if the file holds something else */
export async function storedCorrections(scan: Scan): Promise<CorrectionList | undefined> {
  const { fileset, file } = correctionsPlace
  if (!(await scan.hasFileset(fileset))) return undefined
  const of = await scan.getFileset(fileset)
  if (!(await of.hasFile(file))) return undefined
  try {
    return parseCorrections(await jsonIn(of, file))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const path = `${of.path}/${file}.json`
    throw new RomiError('io/unreadable', `${path} holds no corrections: ${error.message}`, {
      cause: error,
      facts: { path },
    })
  }
}

/** As they are told to the page; of a file that is damaged, what is wrong with it. */
export async function correctionsOf(
  scan: Scan,
  known: readonly KnownFileset[],
): Promise<CorrectionsAnswer> {
  const list = await storedCorrections(scan).catch((error: unknown) => {
    if (error instanceof RomiError) return error
    throw error
  })
  const isWrong = list instanceof RomiError
  const current = known.find(({ shown }) => shown.isCurrent && shown.layers.includes('organs'))
  const told = current && (await jsonIn(current.fileset, layerFiles.organs))
  return {
    corrections: isWrong ? [] : (list?.corrections ?? []).map(shownCorrection),
    ...(isWrong && { problem: list.message }),
    outcomes: isJsonObject(told) ? outcomesIn(told.corrections) : {},
  }
}

/** One correction for the page. */
export const shownCorrection = (entry: CorrectionEntry): Correction => ({
  ...entry,
  date: entry.date ?? '',
})

function outcomesIn(told: Json | undefined): CorrectionsAnswer['outcomes'] {
  if (!Array.isArray(told)) return {}
  const states = ['applied', 'ambiguous', 'unmatched'] as const
  return Object.fromEntries(
    told.flatMap((one: Json) => {
      if (!isJsonObject(one) || typeof one.id !== 'string') return []
      const is = states.find((state) => state === one.is)
      return is ? [[one.id, { is, ...whyNotApplied(is, one.among) }] as const] : []
    }),
  )
}

/** What is in the way of a correction, and what to do. */
function whyNotApplied(is: string, among: Json | undefined): { readonly message?: string } {
  switch (is) {
    case 'ambiguous':
      return {
        message: `it may mean any of ${Number(among)} organs: take it back, and pick the organ itself`,
      }
    case 'unmatched':
      return {
        message:
          'no organ is within half a typical internode and 30° of it: take it back, or look at the variant',
      }
    default:
      return {}
  }
}
