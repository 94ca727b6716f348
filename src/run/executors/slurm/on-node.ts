// What a node does: one job of an array, from its file to its outcome.
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { asError, RomiError } from '../../../base/errors.ts'
import { explainDiskError } from '../../../base/disk-errors.ts'
import { version } from '../../../base/version.ts'
import { Draft } from '../../../fsdb/draft.ts'
import { runFoldersAt } from '../../../fsdb/run-folders.ts'
import { isRunId } from '../../../fsdb/own-names.ts'
import { loadLibrary } from '../../../task/modules.ts'
import { failure, failureOf } from '../../failure.ts'
import type { Job, JobEvent, JobOutcome } from '../../job.ts'
import { perform } from '../../perform.ts'
import { withTimeLimit } from '../../time-limit.ts'
import { JobFiles, type Code } from './job-files.ts'

/** Which job of which run. */
export interface NodeTask {
  /** The database. */
  readonly root: string
  readonly run: string
  readonly array: string
  readonly index: number
}

/** What surrounds a job on its node. */
export interface NodeContext {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Fires when the scheduler wants the job to end. */
  readonly signal: AbortSignal
  /** Takes what goes into the job's log. */
  readonly print: (line: string) => void
}

/** By which code this process works. */
export const ownCode: Code = { 'romi-run': version, node: process.versions.node }

/**
 * Does the job, and writes its outcome.
 *
 * One that the scheduler ends writes none: only the scheduler knows why.
 * @throws RomiError if the files of the job cannot be read or written
 */
export async function performOnNode(task: NodeTask, context: NodeContext): Promise<void> {
  const { env, signal, print } = context
  if (!isRunId(task.run)) throw new Error(`${task.run} is no id of a run`)
  const files = new JobFiles(runFoldersAt(task.root), task.run)
  const name = files.jobsOf(task.array)[task.index]
  const file = files.job(name)
  if (!file)
    throw new RomiError('cluster/no-disk', `there is no job ${task.index} in ${files.path}`)
  const node = env.SLURMD_NODENAME ?? hostname()
  const begun = performance.now()
  await files.write(name, 'started', { node, at: new Date().toISOString() })
  const tell = (event: JobEvent): void => {
    if (event.is === 'said') print(`${event.level} ${event.text}`)
    if (event.is === 'printed') print(event.text)
    if (event.is !== 'program') files.tell(name, event)
  }
  const scratch = join(scratchAbove(env), `romi-run-${task.run}-${name}`)
  const job: Job = { ...file.job, scratch }
  try {
    const outcome = differs(file.code, node) ?? (await outcomeOf(job, node, signal, tell))
    if (signal.aborted) return
    const draft = await Draft.openAt(job.draft)
    await draft.syncPart(name)
    const seconds = Math.round(performance.now() - begun) / 1000
    await files.write(name, 'outcome', { outcome, files: draft.partOf(name), node, seconds })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Of those that are there: jobs inherit the environment of the head, whose folders a node may lack. */
function scratchAbove({ SLURM_TMPDIR, TMPDIR }: NodeContext['env']): string {
  const isThere = (path: string | undefined): path is string =>
    path !== undefined && path !== '' && existsSync(path)
  return [SLURM_TMPDIR, TMPDIR].find(isThere) ?? '/tmp'
}

/** A node that would work by another code than the head says in its record. */
function differs(asked: Code, node: string): JobOutcome | undefined {
  const other = (['romi-run', 'node'] as const).find((name) => asked[name] !== ownCode[name])
  if (other === undefined) return undefined
  const what = `${other} ${ownCode[other]}, and the head ${asked[other]}`
  const how = 'install one version where all nodes see it, and name it in [romi.slurm] prologue'
  return { is: 'failed', failure: failure('cluster/other-code', `${node} has ${what}: ${how}`) }
}

async function outcomeOf(
  job: Job,
  node: string,
  signal: AbortSignal,
  tell: (event: JobEvent) => void,
): Promise<JobOutcome> {
  try {
    const library = await loadLibrary(job.library)
    const outcome = await withTimeLimit(job, signal, tell, (until, inTime) =>
      perform(job, library, until, inTime),
    )
    return outcome.is === 'failed' ? atNode(outcome, node) : outcome
  } catch (error) {
    const path = (asError(error) as { path?: unknown }).path
    const clear = explainDiskError(error, typeof path === 'string' ? path : job.draft)
    return atNode({ is: 'failed', failure: failureOf(clear) }, node)
  }
}

/** Troubles of one machine name it: there are many. */
function atNode({ failure: of }: Extract<JobOutcome, { is: 'failed' }>, node: string): JobOutcome {
  const isOfMachine = of.code === 'task/program-missing' || of.code.startsWith('store/')
  const isFull = of.code === 'task/threw' && /\bENOSPC\b/.test(of.message)
  if (isFull) {
    const message = `a disk of ${node} is full (${of.message}): its scratch folder lies in $SLURM_TMPDIR, else $TMPDIR; set one with room in [romi.slurm] prologue`
    return {
      is: 'failed',
      failure: { ...failure('store/disk-full', message, { node }), logTail: of.logTail },
    }
  }
  const message = isOfMachine ? `on ${node}: ${of.message}` : of.message
  return { is: 'failed', failure: { ...of, message, facts: { ...of.facts, node } } }
}
