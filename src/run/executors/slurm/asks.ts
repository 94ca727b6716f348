// What a job asks of the cluster: its limits, and the settings of all steps with those of its own over them.
import type { SlurmAsks, SlurmSettings } from '../../../pipeline/slurm-settings.ts'
import type { Job } from '../../job.ts'
import type { Resources } from './scheduler.ts'

/** What stands for a setting that nobody made. */
export const preset = {
  memory: 2000,
  cpus_per_node: 4,
  local_below: 5,
  max_jobs: 500,
  poll: 10,
} as const

/** Each memory that was not enough is tried again with so much more. */
const moreMemory = 1.5

/** Scheduling and the start of Node take their time, too: in minutes. */
const slackMinutes = 2

/** The settings of a step: those of all, with its own over them. */
export const asksOf = (all: SlurmSettings, own: SlurmAsks = {}): SlurmAsks => ({ ...all, ...own })

/**
 * What a job is submitted with.
 * @param of the job, or what the jobs of its step ask for
 * @param tries how often its memory was not enough
 * @param exclude nodes that failed
 */
export function resourcesOf(
  of: Pick<Job, 'limits' | 'threads' | 'slurm'>,
  all: SlurmSettings,
  tries: number,
  exclude: readonly string[],
): Resources {
  const asks = asksOf(all, of.slurm)
  const { partition, account, qos, constraint, gres, extra = [] } = asks
  const { timeLimit } = of.limits
  const { memory: stated } = of.limits
  const first = stated === undefined || stated === 'large' ? asks.memory : stated
  const memory = (first ?? preset.memory) * moreMemory ** tries
  return {
    cpus: of.threads,
    memory,
    ...(timeLimit !== undefined &&
      Number.isFinite(timeLimit) && { minutes: Math.ceil(timeLimit / 60) + slackMinutes }),
    exclude,
    ...(partition !== undefined && { partition }),
    ...(account !== undefined && { account }),
    ...(qos !== undefined && { qos }),
    ...(constraint !== undefined && { constraint }),
    ...(gres !== undefined && { gres }),
    extra,
  }
}

/** How many seconds a job is to work at least: its start costs about one, and it waits for its turn. */
const secondsAJob = 120
/** How many files a job makes as long as nobody knows how long one takes. */
const filesUnknown = 8

/** How many files a job makes. @param secondsAFile as recorded; absent: not known */
export function filesAJob(secondsAFile: number | undefined): number {
  if (secondsAFile === undefined || secondsAFile <= 0) return filesUnknown
  return Math.max(1, Math.round(secondsAJob / secondsAFile))
}
