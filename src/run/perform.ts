// Performs a job: gives the task its context, runs it, and writes what it returns into the draft.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { RomiError } from '../base/errors.ts'
import { checkedJsonObject } from '../base/json.ts'
import { forEachLimited } from '../base/parallel.ts'
import { some } from '../base/some.ts'
import { realDisk, type Disk } from '../base/system.ts'
import type { JsonObject } from '../base/types.ts'
import { Draft } from '../fsdb/draft.ts'
import { gated } from '../fsdb/gate.ts'
import { databaseOfDraft } from '../fsdb/layout.ts'
import type { Encoded, FileArtifact, FileRef, FilesetArtifact, Output } from '../task/artifact.ts'
import { annotationsId, formatAnnotations } from '../plan/facts/annotations.ts'
import type { CheckedValue } from '../task/check.ts'
import type { Library } from '../task/library.ts'
import type { ComputingTask, TaskContext } from '../task/task.ts'
import { exec } from './exec.ts'
import { failureOf } from './failure.ts'
import { onlyFile, runningInputs, type RunningInput } from './inputs.ts'
import type { Job, JobEvent, JobItem, JobOutcome, JobResult } from './job.ts'
import { programVersions } from './programs.ts'
import { changed, Reading } from './reading.ts'

/**
 * Performs a job in this thread. Never rejects.
 * @param disk on which the draft lies
 */
export async function perform(
  job: Job,
  library: Library,
  signal: AbortSignal,
  tell: (event: JobEvent) => void,
  disk: Disk = realDisk,
): Promise<JobOutcome> {
  const scratches: string[] = []
  const reading = new Reading(gated(realDisk, databaseOfDraft(job.draft)))
  try {
    const task = library.get(job.step)
    if (task?.is !== 'computing')
      throw new RomiError('task/unknown', `no task is named ${job.step}`)
    if (task.version !== job.version)
      throw new RomiError(
        'task/changed',
        `${job.step} is of version ${task.version} by now and was of ${job.version} when the run began: run it again`,
      )
    if (task.code?.digest !== job.code)
      throw new RomiError(
        'task/changed',
        `the code of ${job.step} was changed since the run began: run it again`,
      )
    const report = new TaskReport(task)
    const context = contextOf(task, job, report, { signal, tell, scratches, reading })
    const draft = await Draft.openAt(job.draft, disk, job.part)
    const result = job.items
      ? await performEach(task, job.items, context, draft, tell, async () => {
          await settle(reading, job, tell)
        })
      : await performWhole(task, context, report, draft, job.fileset)
    await task.assertCode?.()
    await settle(reading, job, tell)
    return {
      is: 'done',
      result: { ...result, versions: await programVersions(task.programs ?? []) },
    }
  } catch (error) {
    if (signal.aborted) return { is: 'cancelled' }
    const { changed: by } = await reading.look()
    // Whatever it says: it worked on other files than those that it was to work on.
    if (by.length > 0) return { is: 'overtaken', by, isTouched: false }
    if (error instanceof Touched) return { is: 'overtaken', by: error.files, isTouched: true }
    return { is: 'failed', failure: failureOf(error) }
  } finally {
    for (const scratch of scratches) await rm(scratch, { recursive: true, force: true })
  }
}

/** Files that a program read were written to, renamed or linked meanwhile; they are as they were. */
class Touched extends Error {
  readonly files: readonly string[]

  constructor(files: readonly string[]) {
    super('files were touched')
    this.files = files
  }
}

/** Throws if what was read so far may be other than the job's key says. */
async function settle(
  reading: Reading,
  { acceptsTouched }: Job,
  tell: (event: JobEvent) => void,
): Promise<void> {
  const found = await reading.look()
  if (found.changed.length > 0) throw changed(found.changed[0])
  const { touched } = found
  if (touched.length === 0) return
  if (!acceptsTouched) throw new Touched(touched)
  const text = `touched while a program read it, again: ${some(touched)}; its bytes are the same, so the result is kept`
  tell({ is: 'said', level: 'warn', text })
  reading.accept()
}

/** What surrounds a task while it works. */
interface Around {
  readonly signal: AbortSignal
  readonly tell: (event: JobEvent) => void
  readonly scratches: string[]
  readonly reading: Reading
}

function contextOf(
  task: ComputingTask,
  job: Job,
  report: TaskReport,
  { signal, tell, scratches, reading }: Around,
): TaskContext {
  const say = (level: 'debug' | 'info' | 'warn') => (text: string) => {
    if (level === 'warn') report.warned.add(text)
    tell({ is: 'said', level, text })
  }
  const context = {
    inputs: runningInputs(task, job, reading),
    params: job.params,
    log: { debug: say('debug'), info: say('info'), warn: say('warn') },
    progress: (done: number, total: number, what?: string) =>
      tell({ is: 'progress', done, total, ...(what !== undefined && { what }) }),
    check: report.check,
    signal,
    threads: job.threads,
    async scratch() {
      await mkdir(job.scratch, { recursive: true })
      const folder = await mkdtemp(join(job.scratch, `${job.step}-`))
      scratches.push(folder)
      return folder
    },
    async exec(program, args, options = {}) {
      await mkdir(job.scratch, { recursive: true })
      await reading.assertRight()
      return exec(program, args, options, {
        run: job.run,
        scratch: job.scratch,
        programs: task.programs ?? [],
        signal,
        onLine: (text) => tell({ is: 'printed', text }),
        onProgram: (pid, alive) => tell({ is: 'program', pid, alive }),
      })
    },
  } satisfies Omit<TaskContext, 'inputs' | 'params'> & { inputs: unknown; params: JsonObject }
  // Safe: slots and parameters are those of the task's own definition, which its types follow from.
  return context as unknown as TaskContext
}

async function performWhole(
  task: ComputingTask,
  context: TaskContext,
  { values, warned }: TaskReport,
  draft: Draft,
  fileset: string,
): Promise<Omit<JobResult, 'versions'>> {
  const value = await task.run(context)
  if (value === undefined && task.output.name !== 'nothing') throw returnedNothing(task)
  if (task.output.kind === 'file')
    throw new RomiError(
      'task/wrong-result',
      `${task.name} makes ${task.output.name}: it needs \`each\``,
    )
  const output = new DraftOutput(task, fileset, draft)
  await writtenResult(task, () => (task.output as FilesetArtifact).write(value, output))
  await output.finish()
  return {
    metadata: output.metadata,
    checks: values,
    ...(warned.size > 0 && { warned: [...warned] }),
  }
}

async function performEach(
  task: ComputingTask,
  items: readonly JobItem[],
  context: TaskContext,
  draft: Draft,
  tell: (event: JobEvent) => void,
  settled: () => Promise<void>,
): Promise<Omit<JobResult, 'versions'>> {
  // Safe: `each` names a files slot of the task, and those are never empty.
  const input = (context.inputs as Record<string, unknown>)[task.each!] as RunningInput
  const artifact = task.output as FileArtifact
  const given = task.fileMetadata?.(context.params) ?? {}
  let done = 0
  const make = async (item: JobItem): Promise<void> => {
    context.signal.throwIfAborted()
    const file = input.file(item.id)
    // A copy for each file: a task that changes its parameters must not change them for the next file.
    const params = structuredClone(context.params)
    const { check, values: checks } = new TaskReport(task)
    // It sees no other file of the slot: its key tells of none, and batches are cut at will.
    const inputs = { ...context.inputs, [task.each!]: onlyFile(input, file) }
    const own = { ...context, inputs, check, params, file }
    const value = await task.run({ ...own, value: await input.read(file) })
    if (value === undefined) throw returnedNothing(task)
    const { bytes, extension, metadata } = await writtenResult(task, () => artifact.encode(value))
    await settled()
    await draft.writeFile(
      item.id,
      bytes,
      extension,
      { ...item.inherited, ...given, ...metadata },
      { key: item.key, ...(Object.keys(checks).length > 0 && { note: checks }) },
    )
    done++
    tell({ is: 'progress', done, total: items.length, what: item.id })
  }
  // A few at a time: decoding and encoding run beside the task's own thread.
  await forEachLimited(items, 3, make)
  return { metadata: {}, checks: {} }
}

const returnedNothing = (task: ComputingTask): RomiError =>
  new RomiError(
    'task/wrong-result',
    `${task.name} returned nothing: its run must return ${task.output.name}`,
  )

/** Calls an artifact's writer; what it cannot write is a wrong result of the task. */
async function writtenResult<T>(task: ComputingTask, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (error instanceof RomiError) throw error
    throw new RomiError(
      'task/wrong-result',
      `what ${task.name} returned cannot be written as ${task.output.name}: ${String(error)}`,
      { cause: error },
    )
  }
}

/** What one run of a task reports: the values of its checks, and what it warned of. */
class TaskReport {
  readonly #task: ComputingTask
  readonly values: Record<string, JsonObject & CheckedValue> = {}
  readonly warned = new Set<string>()

  constructor(task: ComputingTask) {
    this.#task = task
  }

  readonly check: TaskContext['check'] = (name, value, note) => {
    const { name: task, checks = {} } = this.#task
    if (!Object.hasOwn(checks, name)) {
      const there = Object.keys(checks).join(', ') || 'none'
      throw new RomiError(
        'task/undeclared-check',
        `${task} reports a check "${name}" that it does not declare; it declares: ${there}`,
        { facts: { task, check: name } },
      )
    }
    if (Number.isFinite(value))
      this.values[name] = note === undefined || note === '' ? { value } : { value, note }
  }
}

class DraftOutput implements Output {
  readonly #task: ComputingTask
  readonly #draft: Draft
  readonly #annotations = new Map<string, Map<string, JsonObject>>()
  #written = 0
  readonly fileset: string
  metadata: JsonObject = {}

  constructor(task: ComputingTask, fileset: string, draft: Draft) {
    this.#task = task
    this.fileset = fileset
    this.#draft = draft
  }

  async write(id: string, content: Encoded): Promise<void> {
    if (this.#task.annotates && id === annotationsId)
      throw this.#wrong(`wrote a file "${id}", which is where its annotations are kept: rename it`)
    await this.#write(id, content)
  }

  async #write(id: string, { bytes, extension, metadata }: Encoded): Promise<void> {
    await this.#draft.writeFile(id, bytes, extension, metadata)
    this.#written++
  }

  setMetadata(metadata: JsonObject): void {
    this.metadata = { ...this.metadata, ...metadata }
  }

  annotate({ fileset, file }: FileRef, metadata: JsonObject): void {
    if (!this.#task.annotates)
      throw this.#wrong(
        'annotated a file without saying so: add `annotates: true` to its definition',
      )
    const files = this.#annotations.get(fileset) ?? new Map<string, JsonObject>()
    this.#annotations.set(fileset, files)
    const checked = checkedJsonObject(metadata, `what ${this.#task.name} attaches to ${file}`)
    files.set(file, { ...files.get(file), ...checked })
  }

  #wrong(what: string): RomiError {
    return new RomiError('task/wrong-result', `${this.#task.name} ${what}`)
  }

  async finish(): Promise<void> {
    if (this.#annotations.size > 0) {
      const stored = [...this.#annotations].map(([id, files]) => [id, Object.fromEntries(files)])
      const bytes = new TextEncoder().encode(formatAnnotations(Object.fromEntries(stored)))
      await this.#write(annotationsId, { bytes, extension: 'json' })
    }
    if (this.#written === 0) {
      throw new RomiError(
        'task/no-output',
        `${this.#task.name} wrote no file: its artifact must write at least one`,
      )
    }
  }
}
