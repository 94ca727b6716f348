// How a run stands, or how it ended, in a word.
import type { RunShown } from '../../api.ts'

export function RunOutcome({ run }: { readonly run: RunShown }) {
  switch (run.is) {
    case 'working':
      return <span class="outcome working">at work</span>
    case 'died':
      return <span class="outcome wrong">died</span>
    case 'ended':
      return run.code === 0 ? (
        <span class="outcome fine">all done</span>
      ) : (
        <span class="outcome wrong">{exitWords[run.code ?? 40] ?? `exit code ${run.code}`}</span>
      )
  }
}

/** By exit code. */
const exitWords: Readonly<Record<number, string>> = {
  10: 'scans were held',
  15: 'checks in doubt',
  20: 'data missing',
  25: 'steps not run',
  30: 'a step failed',
  35: 'pipeline wrong',
  40: 'internal error',
  130: 'interrupted',
}
