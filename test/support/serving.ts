// A server in this very process, and requests to it as a browser makes them.
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { request, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { sourceAt } from '../../src/web/served.ts'
import { startServer, type Running, type ServeOptions } from '../../src/web/server.ts'
import { realTasks } from './command-line.ts'

/** How the program is started for runs: the server of a test is in the process of the test. */
export const programFromSources: readonly string[] = [
  process.execPath,
  '--import',
  'tsx',
  join(import.meta.dirname, '..', '..', 'src', 'bin.ts'),
]

/** An answer as it came. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
  readonly text: string
  // oxlint-disable-next-line typescript/no-explicit-any -- what comes is looked at by the test
  readonly json: any
}

/** A database with a server, in a folder of its own. */
export class Serving {
  readonly folder: string
  readonly db: FSDB
  #running: Running | undefined

  private constructor(folder: string, db: FSDB) {
    this.folder = folder
    this.db = db
  }

  /** An empty database `db` in a new folder; the server starts later. */
  static async make(): Promise<Serving> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'romi-web-')))
    return new Serving(folder, await FSDB.create(join(folder, 'db')))
  }

  /** Changes the database as a program does, and lets it go. */
  async write(change: (db: FSDB) => Promise<void>): Promise<void> {
    await using db = await FSDB.open(this.db.path)
    await db.connect({ share: true })
    await change(db)
  }

  /** @param what the database, or a pipeline file in the folder */
  async start(options: Partial<ServeOptions> = {}, what = 'db'): Promise<void> {
    const source = await sourceAt(join(this.folder, what), realTasks.origin!, false)
    this.#running = await startServer({
      source,
      host: '127.0.0.1',
      port: 0,
      mayEdit: false,
      allowedOrigins: [],
      ...options,
    })
  }

  /** With the token, and `/` at the end. */
  get address(): string {
    return this.#running!.address
  }

  get port(): number {
    return this.#running!.port
  }

  /** Without the token. */
  get base(): string {
    return `http://127.0.0.1:${this.port}/`
  }

  /** Asks for a path below the address with the token, or for a whole address. */
  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return ask(this.#url(path), 'GET', headers)
  }

  post(
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const type = { 'Content-Type': 'application/json', ...headers }
    return ask(this.#url(path), 'POST', type, JSON.stringify(body))
  }

  #url(path: string): string {
    return path.startsWith('http://') ? path : this.address + path
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running?.close()
    // A run that was started from the page may still be letting go of the database.
    await rm(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  }
}

/** As it is typed: `fetch` would set Host itself and tidy the path up. */
function ask(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<Answer> {
  const [, host, port, path = '/'] = /^http:\/\/([^:/]+):(\d+)(\/.*)?$/.exec(url) ?? []
  return new Promise((resolve, reject) => {
    const asked = request({ host, port, path, method, headers, agent: false }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('error', reject)
      answer.on('end', () => {
        const bytes = Buffer.concat(parts)
        const text = bytes.toString('utf8')
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          bytes,
          text,
          get json() {
            return JSON.parse(text) as unknown
          },
        })
      })
    })
    asked.on('error', reject)
    asked.end(body)
  })
}
