// The state of a scan: where each of its steps stands, and what their checks say.
import { unreachable, type JsonObject } from '../base/types.ts'
import type { CheckReport } from '../plan/check-report.ts'
import type { LeftEdits } from '../plan/edits.ts'
import type { ScanNote } from '../plan/notes.ts'
import { checksOf } from './checks.ts'
import type { LastFailure } from './last-failures.ts'
import type { ExpectedStep, ScanPlan } from './plan-scans.ts'
import type { Standing } from './standing.ts'
import { isToDo } from './words.ts'

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
      return decision.cause === 'passed-over' ? 'passed over' : 'cannot run'
    default:
      return unreachable(decision)
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
