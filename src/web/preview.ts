// A preview: one photograph through one step with other parameters, in a place that is thrown away.
import { copyFile, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { RomiError } from '../base/errors.ts'
import type { Json, JsonObject } from '../base/types.ts'
import { FSDB } from '../fsdb/fsdb.ts'
import { draftLayout } from '../fsdb/layout.ts'
import { loadPipeline } from '../pipeline/load.ts'
import type { ComputingStep } from '../pipeline/pipeline.ts'
import { describeDiagnostic } from '../pipeline/diagnostic.ts'
import { decide } from '../plan/decide.ts'
import { ScanReader } from '../plan/facts/scan-reader.ts'
import { InputResolver } from '../plan/inputs/resolve.ts'
import type { Executor } from '../run/executor.ts'
import { threadsExecutor } from '../run/executors/threads.ts'
import type { Job, JobEvent, JobInput } from '../run/job.ts'
import { partOf, prepareStep } from '../run/prepare.ts'
import { askedFor, planScan, progressOf } from '../survey/plan-scans.ts'
import { decisionText, decisionWord } from '../survey/words.ts'
import { checkedValues } from '../task/check.ts'
import type { Preview, PreviewRequest } from './api.ts'
import { badRequest, notThere } from './http/answers.ts'
import { typeOf } from './http/send-file.ts'
import type { OpenedPipeline, Served } from './served.ts'

/** A preview is for the eye: what takes longer is better run. */
const mostSeconds = 60
/** The largest heap of the thread, in MB; the pixels of a photograph are not on it. */
const mostHeap = 1024
/** The most bytes that are copied of what a step reads beside the photograph. */
const mostInput = 256 << 20

/** A picture that a preview made. */
interface MadePicture {
  readonly id: string
  readonly bytes: Uint8Array
  readonly type: string
}

/** One preview at a time: a newer one ends the one before. */
export class Previews {
  readonly #served: Served
  #executor: Executor | undefined
  #current: AbortController | undefined
  #made: MadePicture | undefined

  constructor(served: Served) {
    this.#served = served
  }

  /** @throws RomiError `web/bad-request`, `web/not-found`, `web/overtaken`; what the task throws */
  async make(request: PreviewRequest): Promise<Preview> {
    this.#current?.abort()
    const current = new AbortController()
    this.#current = current
    const opened = await this.#openedWith(request)
    const begun = performance.now()
    const { made, said, checks } = await this.#draw(opened, request, current.signal)
    const seconds = (performance.now() - begun) / 1000
    if (current.signal.aborted) throw newerWanted()
    this.#made = made
    return {
      image: `api/preview/${made.id}`,
      seconds,
      said,
      checks,
      plan: await this.#plan(opened, request.scan),
      lines: linesOf(request),
      set: setsOf(request),
    }
  }

  /** @throws RomiError `web/not-found` once a newer one is there */
  picture(id: string): MadePicture {
    return this.#made?.id === id ? this.#made : notThere('this preview is gone: ask for it again')
  }

  async close(): Promise<void> {
    this.#current?.abort()
    await this.#executor?.close()
  }

  /** The pipeline as it would be with these parameters. */
  async #openedWith(request: PreviewRequest): Promise<OpenedPipeline> {
    const { pipeline } = (await this.#served.opened()).pipeline.steps.has(request.step)
      ? this.#served.source
      : badRequest(`the pipeline has no step ${request.step}`)
    const { origin, leavesModules } = this.#served.source
    const left = leavesModules ? ({ modules: 'left' } as const) : {}
    // Safe: a pipeline was opened on the line above.
    const loaded = await loadPipeline(pipeline!, origin, { sets: setsOf(request), ...left })
    if (loaded.is === 'ok') return loaded
    return badRequest(loaded.diagnostics.map(describeDiagnostic).join('; '))
  }

  async #draw(opened: OpenedPipeline, request: PreviewRequest, signal: AbortSignal) {
    const { pipeline, library, origin } = opened
    const { db } = this.#served
    const scan = await db.getScan(request.scan)
    const facts = await ScanReader.read(db, scan, library)
    const resolver = new InputResolver(facts, pipeline.settings.unit)
    const asked = askedFor(request.step, pipeline)
    const planned = (await decide(asked, facts, progressOf(asked, [request.step]), resolver)).get(
      request.step,
    )
    const step = planned?.step
    if (step?.task.is !== 'computing' || step.task.each === undefined)
      return badRequest(
        `${request.step} does not work file by file: only a run shows what it makes`,
      )
    const computing = step as ComputingStep // checked on the line above
    if (!planned?.ready)
      return badRequest(
        `${request.step} reads what is to be made again: run the pipeline on this plant first`,
      )
    const artifactOf = (name: string) =>
      pipeline.steps.get(name)?.task.output.name ?? facts.artifactOf(name)
    const prepared = prepareStep(computing, planned.ready, resolver, artifactOf, () => false)
    const items = (prepared.items ?? []).filter(({ id }) => id === request.file)
    if (items.length === 0) return notThere(`${request.step} reads no file ${request.file}`)
    const folder = await mkdtemp(join(tmpdir(), 'romi-preview-'))
    try {
      await using aside = await FSDB.create(join(folder, 'db'))
      await aside.connect()
      const draft = await (await aside.createScan('preview')).draft(request.step)
      const part = partOf(prepared, items)
      const job: Job = {
        run: '',
        scan: request.scan,
        step: request.step,
        key: planned.ready.key,
        version: computing.task.version,
        ...(computing.task.code && { code: computing.task.code.digest }),
        // Safe: parameters were parsed from TOML, which is a subset of JSON.
        params: computing.params as JsonObject,
        ...part,
        inputs: await copied(part.inputs, join(aside.path, 'preview')),
        fileset: prepared.name,
        draft: draft.path,
        scratch: join(folder, 'scratch'),
        limits: { ...computing.limits, timeLimit: mostSeconds },
        threads: 1,
        library: origin,
      }
      const said: string[] = []
      const tell = (event: JobEvent) => {
        if (event.is === 'said' && event.level !== 'debug') said.push(event.text)
      }
      this.#executor ??= threadsExecutor(1, { maxOldGenerationSizeMb: mostHeap })
      const outcome = await this.#executor.execute(job, signal, tell)
      if (outcome.is === 'cancelled') throw newerWanted()
      if (outcome.is === 'failed')
        throw new RomiError(outcome.failure.code, outcome.failure.message)
      const [file] = await draft.finished()
      if (outcome.is === 'overtaken' || file === undefined)
        throw new RomiError('web/overtaken', `${request.file} was changed meanwhile: try it again`)
      const bytes = await readFile(join(draft.path, draftLayout.files, file.filename))
      const values = Object.entries(checkedValues(file.note))
      return {
        made: { id: randomBytes(8).toString('hex'), bytes, type: typeOf(file.filename) },
        said,
        checks: Object.fromEntries(values.map(([name, { value }]) => [name, value])),
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  /** What a run with these parameters would do. */
  async #plan({ pipeline, library }: OpenedPipeline, scan: string): Promise<Preview['plan']> {
    const { db } = this.#served
    const plan = await planScan(pipeline, library, db, scan, progressOf(pipeline))
    await db.release(scan)
    if (plan.is === 'broken') return []
    return plan.steps
      .filter(({ step }) => step.task.is === 'computing')
      .map(({ step, decision, expected }) => ({
        step: step.name,
        decision: decisionWord(decision),
        reason: decisionText(decision, basename(pipeline.file)),
        ...(expected && { expectedSeconds: expected.seconds }),
      }))
  }
}

const newerWanted = (): RomiError =>
  new RomiError('web/overtaken', 'a newer preview was asked for, and ended this one')

/** What a job reads, copied to where it works: a job reads nothing outside of its database. */
async function copied(inputs: Job['inputs'], folder: string): Promise<Job['inputs']> {
  let bytes = 0
  const found: [string, JobInput][] = []
  for (const [slot, input] of Object.entries(inputs)) {
    const to = join(folder, `input-${slot}`)
    await mkdir(to, { recursive: true })
    const files: JobInput['files'][number][] = []
    for (const { stamp: _, ...file } of input.files) {
      bytes += (await stat(file.path)).size
      if (bytes > mostInput)
        badRequest('the step reads too much for a preview: only a run shows what it makes')
      const path = join(to, file.filename)
      await copyFile(file.path, path)
      files.push({ ...file, path })
    }
    found.push([slot, { ...input, files }])
  }
  return Object.fromEntries(found)
}

/** Each parameter as the flag `--set` takes it: JSON is TOML except maps, which are taken as text. */
const setsOf = ({ step, params }: PreviewRequest): string[] =>
  Object.entries(params).map(([name, value]) => `${step}.${name}=${tomlOf(value)}`)

const linesOf = ({ step, params }: PreviewRequest): string =>
  [
    `[${step}]`,
    ...Object.entries(params).map(([name, value]) => `${name} = ${tomlOf(value)}`),
  ].join('\n')

const tomlOf = (value: Json): string => {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
  return JSON.stringify(isMap ? JSON.stringify(value) : value)
}
