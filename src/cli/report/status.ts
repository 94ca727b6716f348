// The state of scans: one line a scan, one column a step.
import type { JsonObject } from '../../base/types.ts'
import { unreachable } from '../../base/types.ts'
import type { LastFailure } from '../../survey/last-failures.ts'
import type { ScanPlan, ExpectedStep } from '../../survey/plan-scans.ts'
import { doubtsIn, type CheckReport } from '../../plan/checks.ts'
import { leftEditsText, type LeftEdits } from '../../plan/edits.ts'
import type { ScanNote } from '../../plan/notes.ts'
import { checksOf } from './checks.ts'
import { noteText } from '../../survey/notes.ts'
import { isToDo } from './plan.ts'
import type { Style } from './style.ts'
import { table } from './table.ts'

/** Where a step stands on a scan. */
export type Standing =
  | 'complete'
  | 'edited'
  | 'stale'
  | 'missing'
  | 'failed'
  | 'no data'
  | 'not needed'
  | 'module not loaded'

/** A scan of the status, with the standing of each step. */
export interface StatusRow {
  readonly scan: string
  readonly broken?: string
  readonly steps: ReadonlyMap<string, Standing>
  /** What the checks of complete steps say. */
  readonly checks: ReadonlyMap<string, readonly CheckReport[]>
  readonly notes: readonly ScanNote[]
  /** Steps to be made that leave corrections by hand behind. */
  readonly leaves: Readonly<Record<string, readonly LeftEdits[]>>
}

/** Where the steps of a scan stand; a step that must run and failed last time is `failed`. */
export function statusOf(
  surveyed: ScanPlan,
  failures: ReadonlyMap<string, LastFailure>,
  notLoaded: readonly string[] = [],
): StatusRow {
  if (surveyed.is === 'broken') {
    return {
      scan: surveyed.scan,
      broken: surveyed.message,
      steps: new Map(),
      checks: new Map(),
      notes: [],
      leaves: {},
    }
  }
  const { scan, ranBefore } = surveyed
  const computing = surveyed.steps.filter(({ step }) => step.task.is === 'computing')
  const standings = computing.map((planned) => {
    const { name } = planned.step
    return [name, standing(planned, ranBefore.has(name), failures.has(`${scan}/${name}`))] as const
  })
  const checks = computing.flatMap((planned) => {
    const reports = checksOf(planned)
    return reports.length > 0 ? [[planned.step.name, reports] as const] : []
  })
  const left = notLoaded.map((name) => [name, 'module not loaded'] as const)
  const steps = new Map<string, Standing>([...standings, ...left])
  const leaving = computing.flatMap(({ step, decision }) =>
    isToDo(decision) && decision.leaves ? [[step.name, decision.leaves] as const] : [],
  )
  const leaves = Object.fromEntries(leaving)
  return { scan, steps, checks: new Map(checks), notes: surveyed.notes, leaves }
}

function standing({ decision }: ExpectedStep, ranBefore: boolean, hasFailed: boolean): Standing {
  switch (decision.do) {
    case 'reuse':
      return decision.edited.length > 0 ? 'edited' : 'complete'
    case 'run':
    case 'maybe':
      return hasFailed ? 'failed' : ranBefore ? 'stale' : 'missing'
    case 'leave':
      return 'not needed'
    case 'stop':
      return decision.cause === 'passed-over' ? 'not needed' : 'no data'
    default:
      return unreachable(decision)
  }
}

/** The whole table. */
export function statusLines(rows: readonly StatusRow[], style: Style): string[] {
  const names = [...new Set(rows.flatMap((row) => [...row.steps.keys()]))]
  const cell = (row: StatusRow, name: string) =>
    doubtsIn(row.checks.get(name)).length > 0
      ? style.yellow('⚠')
      : shown(row.steps.get(name), style)
  const lines = rows.map((row) =>
    row.broken === undefined
      ? [style.bold(row.scan), ...names.map((name) => cell(row, name))]
      : [style.bold(row.scan), style.red(row.broken)],
  )
  const whole = lines.filter((_, i) => rows[i].broken === undefined)
  const broken = lines.filter((_, i) => rows[i].broken !== undefined)
  return [
    ...table([['', ...names.map((name) => style.dim(name))], ...whole]),
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
}

const hasNotLoaded = ({ steps }: StatusRow): boolean =>
  [...steps.values()].includes('module not loaded')

const legend =
  '✓ complete  ⚠ complete, in doubt  ✎ edited  ↻ stale  · missing  ✗ failed  ! no data  – not needed'

function shown(standing: Standing | undefined, style: Style): string {
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
    case 'no data':
      return style.red('!')
    case 'module not loaded':
      return style.yellow('?')
    case 'not needed':
    case undefined:
      return style.dim('–')
    default:
      return unreachable(standing)
  }
}

/** One scan of the status, for programs. */
export const statusJson = (row: StatusRow): JsonObject => ({
  scan: row.scan,
  ...(row.broken === undefined ? { steps: Object.fromEntries(row.steps) } : { broken: row.broken }),
  // Safe: a report is made of JSON values only.
  ...(row.checks.size > 0 && { checks: Object.fromEntries(row.checks) as unknown as JsonObject }),
  ...(Object.keys(row.leaves).length > 0 && {
    leaves: Object.fromEntries(
      Object.entries(row.leaves).map(([step, left]) => [step, left.map((of) => ({ ...of }))]),
    ),
  }),
  ...(row.notes.length > 0 && { notes: row.notes.map((note) => ({ ...note })) }),
})
