// romi-run run: plans and carries out a pipeline.
import { basename } from 'node:path'
import { FSDB } from '../../fsdb/fsdb.ts'
import type { Pipeline } from '../../pipeline/pipeline.ts'
import { unreachable } from '../../base/types.ts'
import { wantedResults } from '../../plan/truth.ts'
import type { ExecutorName } from '../../pipeline/executor-names.ts'
import type { Library } from '../../task/library.ts'
import type { Workplace } from '../../run/executor.ts'
import { exitCodes } from '../../run/exit-codes.ts'
import { checkHasSteps, run, type RunResult } from '../../run/run.ts'
import { ResourcePool } from '../../run/resource-pool.ts'
import { openOrCreate } from '../database.ts'
import { watchInterrupts } from '../interrupts.ts'
import { openPipeline, type Opened, type PipelineOptions } from '../pipeline.ts'
import { shortPath } from '../report/diagnostics.ts'
import { styleFor } from '../report/style.ts'
import { placed, resultsOf } from '../report/results.ts'
import { summaryLines, warningLines } from '../report/summary.ts'
import { printLines } from '../report/wrap.ts'
import { chosenScans } from '../chosen-scans.ts'
import { makesItsScans, type Chosen } from '../../survey/scans.ts'
import { sinkFor } from '../sinks.ts'
import { checkDrop, checkForced } from '../../survey/plan-scans.ts'
import type { CliContext } from '../cli-context.ts'
import { planVerb } from './plan.ts'

/** What a run may be told. */
export interface RunOptions extends PipelineOptions {
  readonly dryRun?: boolean
  readonly jobs?: number
  readonly force?: readonly string[]
  readonly dropEdits?: boolean
  readonly failFast?: boolean
  readonly wait?: boolean
  readonly strict?: boolean
  readonly executor?: ExecutorName
}

/** Runs the pipeline on the scans, and sums up. */
export async function runVerb(
  file: string,
  args: readonly string[],
  options: RunOptions,
  context: CliContext,
): Promise<number> {
  if (options.dryRun) return planVerb(file, args, options, context)
  const opened = await openPipeline(file, options, context, 'brief')
  if (opened === undefined) return exitCodes.wrongPipeline
  checkHasSteps(opened.pipeline)
  checkForced(options.force ?? [], opened.pipeline)
  checkDrop(options)
  const chosen = await chosenScans(args, opened.pipeline, context)
  const wishes = watchInterrupts(context)
  try {
    const result = await carryOut(opened, chosen, options, wishes, context)
    if (!options.json) await sumUp(result, opened.pipeline, chosen.database, options, context)
    return result.code
  } finally {
    wishes.close()
  }
}

/** Connects, runs the pipeline on the scans, and lets all go. */
export async function carryOut(
  { pipeline, library, origin }: Opened,
  chosen: Chosen,
  options: RunOptions,
  { cancel, stop }: { readonly cancel: AbortSignal; readonly stop: AbortSignal },
  context: CliContext,
): Promise<RunResult> {
  const makesScans = makesItsScans(pipeline)
  const { database, scans, absent } = chosen
  await using db = makesScans ? await openOrCreate(database) : await FSDB.open(database)
  const wait = options.wait ?? false
  // A head that is itself a job is found by its id.
  const { SLURM_JOB_ID: job } = context.env
  const own = job === undefined ? '' : `, Slurm job ${job}`
  const info = { command: `run ${basename(pipeline.file)}${own}` }
  await db.connect({ share: true, wait, signal: cancel, info })
  for (const id of absent) {
    // A pipeline that starts from photographs needs a scan that has them: this says what there is.
    if (makesScans) await db.createScan(id)
    else await db.getScan(id)
  }
  const name = options.executor ?? pipeline.settings.executor ?? 'threads'
  const { executor, pool } = await workplaceOf(name, library, pipeline, options, context)
  const sink = sinkFor(options, pipeline.file, scans.length + absent.length > 1, context)
  try {
    return await run({
      pipeline,
      library,
      origin,
      db,
      scans: [...scans, ...absent],
      executor,
      pool,
      forced: options.force ?? [],
      dropEdits: options.dropEdits ?? false,
      failFast: options.failFast ?? false,
      wait,
      strict: options.strict ?? false,
      cancel,
      stop,
      tell: sink.tell,
    })
  } finally {
    sink.close()
    await executor.close()
  }
}

/** The executor of that name, and who may work there when; each is loaded only when it is used. */
async function workplaceOf(
  name: ExecutorName,
  library: Library,
  { settings }: Pipeline,
  options: RunOptions,
  context: CliContext,
): Promise<Workplace> {
  const pool = new ResourcePool(options.jobs ?? settings.jobs)
  switch (name) {
    case 'inline': {
      const { inlineExecutor } = await import('../../run/executors/inline.ts')
      return { executor: inlineExecutor(library), pool }
    }
    case 'threads': {
      const { threadsExecutor } = await import('../../run/executors/threads.ts')
      const { briefHere } = await import('../../run/executors/brief.ts')
      return { executor: briefHere(library, threadsExecutor(pool.threads)), pool }
    }
    case 'slurm': {
      const { slurmWorkplace } = await import('../../run/executors/slurm/workplace.ts')
      return slurmWorkplace(settings.slurm ?? {}, pool, context.env)
    }
    default:
      return unreachable(name)
  }
}

/** Prints what came of it. */
export async function sumUp(
  { state, log, code }: RunResult,
  pipeline: Pipeline,
  database: string,
  options: RunOptions,
  context: CliContext,
): Promise<void> {
  const style = styleFor(context.stdout, options.color ?? 'auto', context.env)
  if (options.quiet && code === exitCodes.complete) {
    printLines(warningLines(state, style), context.stdout, context)
    return
  }
  const computing = [...pipeline.steps.values()].filter(({ task }) => task.is === 'computing')
  const names = new Set(computing.map(({ name }) => name))
  const results = await Promise.all(
    resultsOf(state, wantedResults(pipeline)).map((result) =>
      placed(result, database, context.cwd),
    ),
  )
  const lines = summaryLines(state, names, results, log && shortPath(log, context.cwd), style)
  printLines(lines, context.stdout, context)
}
