// What became of a job, from what its files and its scheduler say: pure, so that each case has its test.
//
//     outcome there                            → as it says
//     ended by the scheduler's word            → after some looks, in which the outcome may still come
//     not known to the scheduler any more      → after some looks, and only if it says so when asked
//     scheduler not reached                    → nothing is known: wait
import { failure } from '../../failure.ts'
import type { TaskFailure } from '../../event.ts'
import type { Job } from '../../job.ts'
import type { Answer, JobEnd, JobState } from './scheduler.ts'
import { scriptCodes } from './script.ts'

/** How many looks an outcome may come late: over a network, a folder is listed anew at each. */
export const looksForOutcome = 3

/** What one look shows of a job. */
export interface JobLook {
  readonly hasOutcome: boolean
  /** `undefined`: the scheduler did not name it. `unknown`: it was not reached. */
  readonly listed: JobState | undefined | 'unknown'
  /** Looks before this one, in a row, at which it had ended or was not named. */
  readonly quiet: number
  /** Its script ended well, and not long ago: an outcome was written, and will be seen. */
  readonly isPromised: boolean
}

/** What follows from a look. */
export type LookVerdict =
  | { readonly is: 'outcome' }
  | { readonly is: 'open' }
  /** It seems to be over; the next looks will tell. */
  | { readonly is: 'quiet' }
  /** It is over, or not known: ask the scheduler for this one job. */
  | { readonly is: 'ask' }

/** What a look says of a job. */
export function verdictOf({ hasOutcome, listed, quiet, isPromised }: JobLook): LookVerdict {
  if (hasOutcome) return { is: 'outcome' }
  if (listed === 'unknown') return { is: 'open' }
  if (listed && listed.is !== 'ended') return { is: 'open' }
  return isPromised || quiet < looksForOutcome ? { is: 'quiet' } : { is: 'ask' }
}

/** What became of a job that left no outcome. */
export type JobFate =
  | { readonly is: 'open' }
  /** Its node is gone: it may be done elsewhere. */
  | { readonly is: 'lost'; readonly failure: TaskFailure }
  /** Somebody cancelled it. */
  | { readonly is: 'cancelled' }
  | { readonly is: 'failed'; readonly failure: TaskFailure }

/** All that is known of a job that left no outcome. */
export interface Trace {
  readonly job: Job
  readonly answer: Answer
  /** What the scheduler listed last. */
  readonly last: JobState | undefined
  readonly hasStarted: boolean
  readonly node: string | undefined
  /** What it printed. */
  readonly log: string
  /** In MB, that it was given. */
  readonly memory: number
  /** The folder that it was to see. */
  readonly folder: string
}

/** What became of it, in words. */
export function fateOf(trace: Trace): JobFate {
  const { answer, last } = trace
  const state = answer.is === 'known' ? answer.state : last
  if (answer.is === 'known' && answer.state.is !== 'ended') return { is: 'open' }
  const how: JobEnd | 'gone' = state?.is === 'ended' ? state.how : 'gone'
  const exitCode = answer.is === 'known' ? answer.exitCode : undefined
  return ofEnd(how, exitCode, trace)
}

/** Slurm's own words, where it counts the memory itself and no kernel tells. */
const memoryWords = /exceeded (?:job |step )?memory limit|oom[-_ ]kill/i

function ofEnd(how: JobEnd | 'gone', exitCode: string | undefined, trace: Trace): JobFate {
  const { job, node = 'a node', log, memory, folder } = trace
  const fails = (code: TaskFailure['code'], message: string): JobFate => ({
    is: 'failed',
    failure: { ...failure(code, message, { node }), logTail: tailOf(log) },
  })
  switch (how) {
    case 'out-of-memory':
      return fails('task/out-of-memory', outOfMemory(job.step, memory, node))
    case 'time-limit': {
      const { timeLimit } = job.limits
      const [was, what] =
        timeLimit === undefined
          ? [
              "the partition's time",
              `set time_limit in [${job.step}.romi], or a partition in [${job.step}.romi.slurm]`,
            ]
          : [`${timeLimit} s`, `raise time_limit in [${job.step}.romi], or give it less to do`]
      const message = `${job.step} did not end within ${was} and was ended by the scheduler: ${what}`
      return fails('cluster/time-limit', message)
    }
    case 'lost': {
      const message = `${node} failed, or was taken away, while ${job.step} ran there`
      return { is: 'lost', failure: failure('cluster/node-lost', message, { node }) }
    }
    case 'cancelled':
      return { is: 'cancelled' }
    case 'completed':
    case 'failed':
    case 'gone':
      break
  }
  if (memoryWords.test(log)) return fails('task/out-of-memory', outOfMemory(job.step, memory, node))
  // A log that could not be opened ends a job before its script begins: 0:53.
  const isBlind =
    exitCode === String(scriptCodes.noDisk) || (!trace.hasStarted && exitCode === '0:53')
  if (isBlind)
    return fails(
      'cluster/no-disk',
      `${node} does not see ${folder}: put the database on a disk that all nodes share, or leave the node out with [romi.slurm] extra = ["--exclude=${node}"]`,
    )
  if (exitCode === String(scriptCodes.noCode))
    return fails(
      'cluster/other-code',
      `${tailOf(log).at(-1) ?? `${node} does not see Node or romi-run`}: install both on a disk that all nodes share`,
    )
  const said = log.trim() === '' ? 'it printed nothing' : `its last words: ${tailOf(log).at(-1)}`
  if (how === 'gone')
    return {
      is: 'lost',
      failure: failure(
        'cluster/node-lost',
        `the scheduler does not know the job of ${job.step} on ${node} any more, and it left no outcome; ${said}`,
        { node },
      ),
    }
  const code = exitCode === undefined ? '' : ` with ${exitCode}`
  return fails(
    'task/worker-died',
    `${job.step} ended its process on ${node}${code}, without a result; ${said}`,
  )
}

const outOfMemory = (step: string, memory: number, node: string): string =>
  `${step} used more than its ${Math.round(memory)} MB on ${node}: raise memory in [${step}.romi], or give it less data`

/** How many lines of a log a failure repeats. */
const logTailLines = 20

/** The last lines of a log. */
export const tailOf = (log: string): readonly string[] =>
  log
    .split('\n')
    .filter((line) => line !== '')
    .slice(-logTailLines)
