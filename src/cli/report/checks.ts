// What the checks of results say, in lines for people.
import { some } from '../../base/some.ts'
import { unreachable } from '../../base/types.ts'
import type { CheckReport } from '../../plan/check-report.ts'
import { checksOf } from '../../survey/checks.ts'
import type { ExpectedStep } from '../../survey/plan-scans.ts'
import type { Style } from './style.ts'
import { count } from '../../base/number-words.ts'

/** A line a check: its sign, its value or what is said in its place, and its limits. */
export const checkLines = (reports: readonly CheckReport[], style: Style): string[] =>
  reports.map((report) => {
    const limits = limitsText(report)
    const told = `${report.check} ${checkValueText(report)}`
    const text = report.message ?? (limits === '' ? told : `${told} ${style.dim(`(${limits})`)}`)
    return `${signOf(report, style)} ${text}`
  })

function signOf({ is }: CheckReport, style: Style): string {
  switch (is) {
    case 'fine':
      return style.green('✓')
    case 'broken':
      return style.yellow('⚠')
    case 'edited':
      return style.yellow('✎')
    case 'unknown':
      return style.dim('–')
    default:
      return unreachable(is)
  }
}

function checkValueText({ is, range, unit, files, edited = [] }: CheckReport): string {
  const edits = edited.length > 0 ? `edited (${some(edited)})` : ''
  if (!range) return is === 'edited' ? edits : '–'
  const { least, greatest } = range
  const values =
    least === greatest ? threeDigits(least) : `${threeDigits(least)} … ${threeDigits(greatest)}`
  const what = `${values}${unit === undefined ? '' : ` ${unit}`}`
  const of = files === undefined ? what : `${what} of ${count(files, 'file')}`
  return edits === '' ? of : `${of}, ${edits}`
}

function limitsText({ limits: { min, max, far } }: CheckReport): string {
  return [
    ...(min === undefined ? [] : [`min ${threeDigits(min)}`]),
    ...(max === undefined ? [] : [`max ${threeDigits(max)}`]),
    ...(far === undefined ? [] : [`far ${threeDigits(far)}`]),
  ].join(', ')
}

const threeDigits = (value: number): string => String(Number(value.toPrecision(3)))

/**
 * All checks of a chain in one cell: those that are broken, with the value that is farthest out;
 * `–` where none is known, `ok` where none is broken.
 */
export function checksCell(steps: readonly ExpectedStep[]): string {
  const all = steps.flatMap((planned) =>
    checksOf(planned).map((report) => ({ step: planned.step.name, report })),
  )
  const broken = all.filter(({ report }) => report.is === 'broken')
  if (broken.length > 0)
    return broken
      .map(({ step, report }) => `${step}.${report.check} = ${checkValueText(report)}`)
      .join('; ')
  return all.some(({ report }) => report.is === 'fine') ? 'ok' : '–'
}
