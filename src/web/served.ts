// What is served: a database, and the pipeline by which it is shown, read anew when its file changes.
import { statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isRomiError, RomiError, systemCode } from '../base/errors.ts'
import { FSDB } from '../fsdb/fsdb.ts'
import { describeDiagnostic } from '../pipeline/diagnostic.ts'
import { loadPipeline, type BaseOrigin, type Loaded } from '../pipeline/load.ts'
import { chooseScans } from '../survey/scans.ts'

/** A pipeline without mistakes, with its tasks. */
export type OpenedPipeline = Extract<Loaded, { is: 'ok' }>

/** The pipeline as it is now. */
export type PipelineNow =
  | { readonly is: 'none' }
  | { readonly is: 'wrong'; readonly mistakes: readonly string[] }
  | { readonly is: 'ok'; readonly opened: OpenedPipeline }

/** What to serve. */
export interface ServedSource {
  /** Absolute. */
  readonly database: string
  /** Absolute; absent: only the database. */
  readonly pipeline?: string
  readonly origin: BaseOrigin
  /** True: the code of the pipeline's modules is not run. */
  readonly leavesModules: boolean
}

/**
 * The database and, if there is one, the pipeline that a path means.
 *
 * @param path absolute: a database, or a pipeline file
 * @throws RomiError `cli/no-scan`, and what is thrown of a file that is no pipeline
 */
export async function sourceAt(
  path: string,
  origin: BaseOrigin,
  leavesModules: boolean,
): Promise<ServedSource> {
  if (FSDB.isDatabase(path)) {
    const beside = join(path, 'pipeline.toml')
    const has = isFile(beside)
    return { database: path, ...(has && { pipeline: beside }), origin, leavesModules }
  }
  const left = leavesModules ? ({ modules: 'left' } as const) : {}
  const loaded = await loadPipeline(path, origin, left)
  if (loaded.is === 'wrong') {
    const [first, ...others] = loaded.diagnostics.map(describeDiagnostic)
    const more = others.length === 0 ? '' : `, and ${others.length} more: romi-run plan tells all`
    throw new RomiError('cli/no-scan', `${basename(path)} has mistakes: ${first}${more}`)
  }
  const { database } = await chooseScans([], loaded.pipeline, path)
  if (!FSDB.isDatabase(database))
    throw new RomiError('cli/no-scan', `there is no database ${database} yet: run ${path} first`)
  return { database, pipeline: path, origin, leavesModules }
}

const isFile = (path: string): boolean => statAt(path)?.isFile() === true

function statAt(path: string) {
  try {
    return statSync(path)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** A source that is open: it is read, never written. */
export class Served {
  readonly source: ServedSource
  readonly db: FSDB
  #stamp = ''
  #now: Promise<PipelineNow> | undefined

  constructor(source: ServedSource, db: FSDB) {
    this.source = source
    this.db = db
  }

  static async open(source: ServedSource): Promise<Served> {
    return new Served(source, await FSDB.open(source.database))
  }

  get name(): string {
    return basename(this.source.database)
  }

  /** Another text after each change of the pipeline's file. */
  pipelineStamp(): string {
    const { pipeline } = this.source
    const stat = pipeline === undefined ? undefined : statAt(pipeline)
    return stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs}` : ''
  }

  /** The pipeline as its file has it now. */
  pipeline(): Promise<PipelineNow> {
    const stamp = this.pipelineStamp()
    if (this.#now === undefined || stamp !== this.#stamp) {
      this.#stamp = stamp
      this.#now = this.#load()
    }
    return this.#now
  }

  async #load(): Promise<PipelineNow> {
    const { pipeline, origin, leavesModules } = this.source
    if (pipeline === undefined) return { is: 'none' }
    try {
      const left = leavesModules ? ({ modules: 'left' } as const) : {}
      const loaded = await loadPipeline(pipeline, origin, left)
      if (loaded.is === 'ok') return { is: 'ok', opened: loaded }
      return { is: 'wrong', mistakes: loaded.diagnostics.map(describeDiagnostic) }
    } catch (error) {
      // Somebody is just saving it, or has moved it away.
      if (!isRomiError(error, 'pipeline/unreadable')) throw error
      return { is: 'wrong', mistakes: [error.message] }
    }
  }

  /** @throws RomiError `web/no-pipeline` */
  async opened(): Promise<OpenedPipeline> {
    const now = await this.pipeline()
    switch (now.is) {
      case 'ok':
        return now.opened
      case 'none':
        throw new RomiError(
          'web/no-pipeline',
          'only a database is served: start romi-run serve with the pipeline file',
        )
      case 'wrong':
        throw new RomiError('web/no-pipeline', `the pipeline has mistakes: ${now.mistakes[0]}`)
    }
  }
}
