// A thread beside the server: large shapes are read and reduced there, while requests are answered here.
import { statSync } from 'node:fs'
import type { Piscina } from 'piscina'
import type { ErrorCode } from '../../base/codes.ts'
import { RomiError } from '../../base/errors.ts'
import { fromSources } from '../../base/from-sources.ts'
import { tuneForComputing } from '../../base/v8.ts'
import { nodeOptions } from '../../run/executors/sources.ts'
import { doAside, type AsideJob, type AsideResult } from './work.ts'

/** What the thread answers. */
export type AsideOutcome =
  | ({ readonly is: 'done' } & AsideResult)
  | { readonly is: 'refused'; readonly code: ErrorCode; readonly message: string }

type AsidePool = Piscina<AsideJob, AsideOutcome>

const asideEntry = new URL(fromSources ? './thread-entry.ts' : './thread-entry.js', import.meta.url)

/**
 * What is read and reduced sooner than a thread starts, some 20 ms of work, in bytes: points are only
 * chosen from.
 */
const shortWork = 512 << 10
const shortCloud = 8 << 20

/** How long the thread is kept after its last job, in ms: a person looks at one plant after another. */
const idleTimeout = 60_000

/** Does long work in a thread, one job after another, and short work here. */
export class Aside {
  #pool: Promise<AsidePool> | undefined

  /** @throws RomiError of a file that is damaged */
  async work(job: AsideJob): Promise<AsideResult> {
    const files = job.do === 'lost' ? [job.voxels, job.mask] : [job.file]
    const isCloud = job.do === 'layer' && job.kind === 'points'
    const most = job.do === 'lost' ? 0 : isCloud ? shortCloud : shortWork
    if (files.every(({ path }) => statSync(path).size <= most)) return doAside(job)
    const outcome = await (await (this.#pool ??= started())).run(job)
    if (outcome.is === 'refused') throw new RomiError(outcome.code, outcome.message)
    const { is: _, ...made } = outcome
    return made
  }

  async close(): Promise<void> {
    await (await this.#pool)?.destroy()
  }
}

async function started(): Promise<AsidePool> {
  const { Piscina } = await import('piscina')
  tuneForComputing()
  return new Piscina({
    filename: asideEntry.href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout,
    ...(fromSources && { execArgv: [...nodeOptions()] }),
  })
}
