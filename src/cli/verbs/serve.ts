// romi-run serve: the page of a database, until Ctrl-C.
import { ownCacheFolder } from '../../base/cache-folder.ts'
import { pathFrom } from '../../base/path.ts'
import { exitCodes } from '../../run/exit-codes.ts'
import { sourceAt } from '../../web/served.ts'
import { startServer } from '../../web/server.ts'
import type { CliContext, CommonOptions } from '../cli-context.ts'

/** What serving may be told. */
export interface ServeVerbOptions extends CommonOptions {
  readonly host: string
  readonly port?: number
  readonly edit?: boolean
  readonly allowOrigin: readonly string[]
  /** False: no browser is opened. */
  readonly open: boolean
  /** False: the code of the pipeline's modules is not run. */
  readonly modules: boolean
}

/** Prints the address of the page of `what`, a database or a pipeline file, and opens it. */
export async function serveVerb(
  what: string,
  options: ServeVerbOptions,
  context: CliContext,
): Promise<number> {
  const path = pathFrom(context.cwd, what)
  const source = await sourceAt(path, context.origin, !options.modules)
  const cache = ownCacheFolder(context.env, 'romi-run-page')
  const running = await startServer({
    source,
    host: options.host,
    ...(options.port !== undefined && { port: options.port }),
    mayEdit: options.edit ?? false,
    allowedOrigins: options.allowOrigin,
    ...(cache !== undefined && { cache }),
  })
  try {
    context.stdout.write(`${running.address}\n`)
    if (!options.quiet) context.stderr.write(`${aboutText(source.pipeline, options)}\n`)
    // Nobody is lost without a browser: the address was printed.
    if (options.open && context.stdout.isTTY)
      await context.open(running.address).catch(() => undefined)
    await interrupted(context)
  } finally {
    await running.close()
  }
  return exitCodes.complete
}

function aboutText(pipeline: string | undefined, { edit }: ServeVerbOptions): string {
  const states = pipeline === undefined ? 'without a pipeline file no step has a state; ' : ''
  const writes = edit ? 'it may be edited' : 'nothing is written (--edit lets you correct it)'
  return `${states}${writes}; Ctrl-C ends it`
}

function interrupted(context: CliContext): Promise<void> {
  return new Promise((resolve) => {
    const end = context.onInterrupt(() => {
      end()
      resolve()
    })
  })
}
