// What the checks of a planned step say.
import type { CheckReport } from '../plan/check-report.ts'
import { doubtsIn } from '../plan/checks.ts'
import type { ExpectedStep } from './plan-scans.ts'

/** The checks of a step that is complete. */
export const checksOf = ({ decision }: ExpectedStep): readonly CheckReport[] =>
  decision.do === 'reuse' ? (decision.checks ?? []) : []

/** What is wrong with a complete step by its checks. */
export const doubtsOf = (planned: ExpectedStep): readonly string[] => doubtsIn(checksOf(planned))
