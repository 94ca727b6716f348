// The state of scans: one line a scan, one column a step.
import { unreachable } from '../../base/types.ts'
import { doubtsIn } from '../../plan/checks.ts'
import { leftEditsText } from '../../plan/edits.ts'
import { noteText } from '../../survey/notes.ts'
import type { Standing } from '../../survey/standing.ts'
import type { StatusRow } from '../../survey/status.ts'
import type { Style } from './style.ts'
import { table } from './table.ts'

/** The table of scans and steps, and what else is to be said of them. */
export function statusLines(
  rows: readonly StatusRow[],
  style: Style,
): { readonly table: string[]; readonly notes: string[] } {
  const names = [...new Set(rows.flatMap((row) => [...row.steps.keys()]))]
  const cell = (row: StatusRow, name: string) =>
    doubtsIn(row.checks.get(name)).length > 0
      ? style.yellow('⚠')
      : stateCell(row.steps.get(name), style)
  const lines = rows.map((row) =>
    row.broken === undefined
      ? [style.bold(row.scan), ...names.map((name) => cell(row, name))]
      : [style.bold(row.scan), style.red(row.broken)],
  )
  const whole = lines.filter((_, i) => rows[i].broken === undefined)
  const broken = lines.filter((_, i) => rows[i].broken !== undefined)
  const rowsOfSteps = table([['', ...names.map((name) => style.dim(name))], ...whole])
  const notes = [
    ...table(broken),
    ...(whole.length > 0 ? [style.dim(legend)] : []),
    ...(rows.some(hasNotLoaded) ? [style.dim('? module not loaded')] : []),
    ...rows.flatMap(({ scan, checks }) =>
      [...checks].flatMap(([step, reports]) =>
        doubtsIn(reports).map(
          (text) => `${style.yellow('⚠')} ${style.bold(scan)}  ${step}: ${text}`,
        ),
      ),
    ),
    ...rows.flatMap(({ scan, notes }) =>
      notes.map((note) => `${style.yellow('!')} ${style.bold(scan)}  ${noteText(scan, note)}`),
    ),
    ...rows.flatMap(({ scan, leaves }) =>
      Object.entries(leaves).map(
        ([step, left]) =>
          `${style.yellow('✎')} ${style.bold(scan)} ${step}  ${leftEditsText(left)}`,
      ),
    ),
  ]
  return { table: rowsOfSteps, notes }
}

const hasNotLoaded = ({ steps }: StatusRow): boolean =>
  [...steps.values()].includes('module not loaded')

const legend =
  '✓ complete  ⚠ complete, in doubt  ✎ edited  ↻ stale  · missing  ✗ failed  ! cannot run  – not needed or passed over'

function stateCell(standing: Standing | undefined, style: Style): string {
  switch (standing) {
    case 'complete':
      return style.green('✓')
    case 'edited':
      return style.yellow('✎')
    case 'stale':
      return style.blue('↻')
    case 'missing':
      return '·'
    case 'failed':
      return style.red('✗')
    case 'cannot run':
      return style.red('!')
    case 'module not loaded':
      return style.yellow('?')
    case 'not needed':
    case 'passed over':
    case undefined:
      return style.dim('–')
    default:
      return unreachable(standing)
  }
}
