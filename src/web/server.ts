// The server: listens, watches what changes on the disk, and ends when it is told to.
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { isIP } from 'node:net'
import type { Server } from 'node:http'
import { serve } from '@hono/node-server'
import { RomiError, systemCode } from '../base/errors.ts'
import { Aside } from './aside/aside.ts'
import { appOf } from './app.ts'
import { loadSharp } from '../io/sharp.ts'
import { Events } from './events.ts'
import { KeptBytes } from './kept-bytes.ts'
import { KeptFolder } from './kept-folder.ts'
import { Previews } from './preview.ts'
import { Rows } from './plants/rows.ts'
import { Runs } from './runs.ts'
import { Served, type ServedSource } from './served.ts'

/** How to serve it. */
export interface ServeOptions {
  readonly source: ServedSource
  /** A name or an address of this machine; others than `127.0.0.1` let other machines in. */
  readonly host: string
  /** 0: any that is free. Absent: the usual one, or the next that is free. */
  readonly port?: number
  readonly mayEdit: boolean
  /** Sites whose pages may read. */
  readonly allowedOrigins: readonly string[]
  readonly page?: string
  /** Keeps small pictures and reduced shapes for the next start; absent: nothing keeps them. */
  readonly cache?: string
  /** How the program is started, for runs: by default as this process was. */
  readonly program?: readonly string[]
}

/** A server that listens. */
export interface Running {
  /** To be opened: it holds the token. */
  readonly address: string
  readonly port: number
  close(): Promise<void>
}

const thisProgram = (): readonly string[] => [
  process.execPath,
  ...process.execArgv,
  process.argv[1],
]

/** The first port that is tried, and how many after it. */
const usualPort = 8011
const triedPorts = 20

/** Room for small pictures and reduced layers. */
const keptBytes = 128 << 20

/** How often changes on the disk are looked for, in ms. */
const lookEvery = 1000

/** @throws RomiError `web/port-taken`, and what is thrown of a source that cannot be opened */
export async function startServer(options: ServeOptions): Promise<Running> {
  const { source, host, mayEdit } = options
  const served = await Served.open(source)
  const token = randomBytes(16).toString('base64url')
  const events = new Events()
  const rows = new Rows(served, events)
  const runs = new Runs(served, events, rows, options.program ?? thisProgram())
  const previews = new Previews(served)
  const aside = new Aside()
  const isLoopback = isLoopbackHost(host)
  const hosts = new Set(
    isLoopback
      ? ['127.0.0.1', 'localhost', '::1', host.toLowerCase()]
      : ['localhost', hostname().toLowerCase(), host.toLowerCase()],
  )
  const policy = { token, isLoopback, hosts, allowedOrigins: new Set(options.allowedOrigins) }
  const kept = new KeptBytes(
    keptBytes,
    options.cache === undefined ? undefined : new KeptFolder(options.cache),
  )
  const site = {
    served,
    policy,
    mayEdit,
    events,
    rows,
    runs,
    previews,
    aside,
    kept,
    page: options.page,
  }
  const { fetch } = appOf(site)
  const { server, port } = await listening(fetch, host, options.port)
  rows
    .readAhead()
    .then(loadSharp)
    .catch(() => undefined) // whoever asks is told what is wrong
  const watch = setInterval(() => void lookAround(), lookEvery)
  watch.unref()
  let isLooking = false
  async function lookAround(): Promise<void> {
    if (isLooking || !events.isHeard) return
    isLooking = true
    try {
      runs.look()
      await rows.look()
    } finally {
      isLooking = false
    }
  }
  const named = isIP(host) === 6 ? `[${host}]` : host === '0.0.0.0' ? hostname() : host
  return {
    address: `http://${named}:${port}/t/${token}/`,
    port,
    async close() {
      clearInterval(watch)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await previews.close()
      await aside.close()
      await kept.close()
      await rows.close()
    },
  }
}

const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)

type Fetch = ReturnType<typeof appOf>['fetch']

/** Listens on the port, or on the first free one of the usual ones. */
async function listening(
  fetch: Fetch,
  host: string,
  port: number | undefined,
): Promise<{ readonly server: Server; readonly port: number }> {
  const tried =
    port === undefined ? Array.from({ length: triedPorts }, (_, i) => usualPort + i) : [port]
  for (const one of tried) {
    const server = await listen(fetch, host, one)
    if (server) return server
  }
  throw new RomiError(
    'web/port-taken',
    `another program listens on port ${tried.length === 1 ? tried[0] : `${tried[0]} to ${tried.at(-1)}`} of ${host}: choose another with --port`,
  )
}

function listen(fetch: Fetch, hostname: string, port: number) {
  return new Promise<{ server: Server; port: number } | undefined>((resolve, reject) => {
    const server = serve({ fetch, hostname, port }, (info) => {
      server.off('error', failed)
      // Safe: nothing but HTTP/1 was asked for.
      resolve({ server: server as Server, port: info.port })
    })
    const failed = (error: Error): void => {
      if (systemCode(error) === 'EADDRINUSE') resolve(undefined)
      else reject(error)
    }
    server.on('error', failed)
  })
}
