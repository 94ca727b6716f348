// Performs one job on files of a database of its own, without a run around it.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { sha256 } from '../../src/base/digest.ts'
import type { JsonObject } from '../../src/base/types.ts'
import { Draft, type FinishedFile } from '../../src/fsdb/draft.ts'
import type { Job, JobEvent, JobInput, JobItem, JobOutcome, JobResult } from '../../src/run/job.ts'
import { perform } from '../../src/run/perform.ts'
import { libraryOf } from '../../src/task/library.ts'
import type { Task } from '../../src/task/task.ts'
import { scratchFolder } from './scratch.ts'

/** What is asked of a job beside its task. */
interface Asked {
  readonly job?: Partial<Job>
  /** Changes to what fills the slot `upstream_task`. */
  readonly input?: Partial<JobInput>
  /** The task that is there by the time the job is done, if it is another. */
  readonly task?: Task
  readonly signal?: AbortSignal
}

/** A file of the draft. */
interface MadeFile extends Omit<FinishedFile, 'metadata'> {
  readonly text: string
  readonly metadata: JsonObject
}

/** A database with three photographs, and a draft to be filled. */
export class Bench {
  /** Of the database. */
  readonly root: string
  readonly draft: string
  readonly scratch: string
  readonly events: JobEvent[] = []

  constructor() {
    const folder = scratchFolder('perform')
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    this.root = join(folder, 'db')
    this.draft = join(this.root, 'plant', '.romi', 'drafts', 'one')
    this.scratch = join(folder, 'scratch')
    for (const path of [join(this.draft, 'files'), join(this.draft, 'metadata')])
      mkdirSync(path, { recursive: true })
    mkdirSync(join(this.draft, 'tmp'))
    writeFileSync(join(this.draft, 'draft.json'), '{"label":"one"}')
    mkdirSync(join(this.root, 'plant', 'images'))
    for (const [id, text] of Object.entries(photographs)) writeFileSync(this.photograph(id), text)
  }

  /** The path of a photograph. */
  photograph(id: string): string {
    return join(this.root, 'plant', 'images', `${id}.txt`)
  }

  /** The job of a task of one slot, `upstream_task`, on the photographs. */
  job(task: Task, { job, input }: Pick<Asked, 'job' | 'input'> = {}): Job {
    const upstream: JobInput = {
      task: 'Images',
      artifact: 'texts',
      fileset: 'images',
      isMade: false,
      files: Object.entries(photographs).map(([id, text]) => ({
        id,
        filename: `${id}.txt`,
        path: this.photograph(id),
        digest: sha256(text),
        lineage: [],
        metadata: { channel: `channel of ${id}` },
      })),
      filesetMetadata: { unit: 'mm' },
      scanMetadata: { species: 'Arabidopsis' },
      declared: { file: [], fileset: [], scan: [] },
      ...input,
    }
    return {
      run: 'mark',
      scan: 'plant',
      step: task.name,
      key: sha256('key'),
      version: 1,
      params: {},
      inputs: { upstream_task: upstream },
      fileset: 'made_1',
      draft: this.draft,
      scratch: this.scratch,
      limits: {},
      threads: 2,
      library: { builtin: '', face: '', modules: [] },
      ...job,
    }
  }

  /** Does the work of such a job. */
  perform(task: Task, { task: now = task, signal, ...of }: Asked = {}): Promise<JobOutcome> {
    const asked = this.job(task, of)
    const tell = (event: JobEvent): void => void this.events.push(event)
    return perform(asked, libraryOf([now]), signal ?? new AbortController().signal, tell)
  }

  /** What it made of a job that was done. @throws Error if it was not */
  async done(task: Task, asked?: Asked): Promise<JobResult> {
    const outcome = await this.perform(task, asked)
    if (outcome.is === 'done') return outcome.result
    throw new Error(`not done but ${JSON.stringify(outcome)}`)
  }

  /** How a job failed. @throws Error if it did not */
  async failure(task: Task, asked?: Asked): Promise<{ code: string; message: string }> {
    const outcome = await this.perform(task, asked)
    if (outcome.is === 'failed') return outcome.failure
    throw new Error(`not failed but ${JSON.stringify(outcome)}`)
  }

  /** The files that the draft holds, by id, with their text and metadata. */
  async made(): Promise<Record<string, MadeFile>> {
    const draft = await Draft.openAt(this.draft)
    const all = (await draft.finished()).map((file) => {
      const text = readFileSync(join(this.draft, 'files', file.filename), 'utf8')
      const names = readdirSync(join(this.draft, 'metadata'))
      const name = `${file.id}.json`
      const metadata = names.includes(name)
        ? (JSON.parse(readFileSync(join(this.draft, 'metadata', name), 'utf8')) as JsonObject)
        : {}
      return [file.id, { ...file, text, metadata }] as const
    })
    return Object.fromEntries(all)
  }
}

/** The photographs: their texts by id. */
export const photographs = { a: 'one', b: 'two', c: 'three' } as const

/** A job's items for these photographs. */
export const itemsOf = (...ids: (keyof typeof photographs)[]): JobItem[] =>
  ids.map((id) => ({ id, key: sha256(`key of ${id}`), inherited: { shot: id } }))
