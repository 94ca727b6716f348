// The command line in this very process, with the small tasks of the engine's tests.
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { JsonObject } from '../../src/base/types.ts'
import { main } from '../../src/cli/main.ts'
import type { TextStream, CliContext } from '../../src/cli/cli-context.ts'
import { givenCameras } from '../../tasks/artifacts/given-cameras.ts'
import { readCameraFile } from '../../src/io/cameras/index.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'

const url = (...parts: readonly string[]) => pathToFileURL(join(import.meta.dirname, ...parts)).href

const face = url('..', '..', 'src', 'index.ts')

/** The world with the built-in tasks instead. */
export const realTasks: Partial<CliContext> = {
  origin: { builtin: url('..', '..', 'tasks', 'index.ts'), face },
}

/** What a command printed and returned. */
export interface Printed {
  readonly code: number
  /** Results. */
  readonly out: string
  /** Talk. */
  readonly err: string
}

/** A folder to work in, with the program. */
export class Desk {
  readonly folder: string
  /** What was to be shown in another program. */
  readonly opened: string[] = []
  hasDisplay = true
  interrupt: (signal: 'SIGINT' | 'SIGTERM') => void = () => undefined

  constructor(folder: string) {
    this.folder = folder
  }

  static async make(): Promise<Desk> {
    return new Desk(await realpath(await mkdtemp(join(tmpdir(), 'romi-cli-'))))
  }

  /** Calls the program. */
  async romi(args: readonly string[], change: Partial<CliContext> = {}): Promise<Printed> {
    const out = new Collected()
    const err = new Collected()
    const world: CliContext = {
      origin: { builtin: url('tasks.ts'), face },
      cwd: this.folder,
      env: {},
      readCameras: readCameraFile,
      tellCameras: async (all) => givenCameras(all),
      stdout: out,
      stderr: err,
      open: (path) =>
        this.hasDisplay
          ? Promise.resolve(void this.opened.push(path))
          : Promise.reject(new Error('there is no display')),
      onInterrupt: (callback) => {
        this.interrupt = callback
        return () => undefined
      },
      ...change,
    }
    const code = await main(args, world)
    return { code, out: out.text, err: err.text }
  }

  async write(name: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.folder, name)), { recursive: true })
    await writeFile(join(this.folder, name), text)
  }

  /** A database `db` with a scan that has these texts as its images. */
  async scan(
    id: string,
    texts: Readonly<Record<string, string>>,
    metadata: JsonObject = {},
  ): Promise<void> {
    for (const [name, text] of Object.entries(texts)) await this.write(`texts/${id}/${name}`, text)
    const path = join(this.folder, 'db')
    await using db = await FSDB.open(path).catch(() => FSDB.create(path))
    await db.connect()
    const fileset = await (await db.createScan(id)).createFileset('images')
    const paths = Object.keys(texts).map((name) => join(this.folder, 'texts', id, name))
    await fileset.importFiles(paths, { metadata })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** A stream that keeps what it is given. */
export class Collected implements TextStream {
  text = ''
  readonly isTTY: boolean
  readonly columns = 100

  constructor(isTTY = false) {
    this.isTTY = isTTY
  }

  write(text: string): void {
    this.text += text
  }
}
