// The package in few files, for nodes of a cluster and for runs in processes of their own.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, buildSync, type BuildOptions } from 'esbuild'
import type { NodeStart } from '../../src/run/executors/slurm/script.ts'
import type { LibraryOrigin } from '../../src/task/modules.ts'
import { origin } from './rig.ts'

const nodeEntry = 'src/run/executors/slurm/node-entry.ts'

/** Threads look for theirs beside the code that starts them. */
const threadEntry = 'src/run/executors/thread-entry.ts'

const nameInBundle = (path: string): string =>
  path === threadEntry ? 'thread-entry' : path.replaceAll('/', '-').replace(/\.ts$/, '')

const root = join(import.meta.dirname, '..', '..')

/** What a bundle has beside the entry of nodes: the tests' tasks, and a run in a process of its own. */
const testModules = [
  'test/support/tasks.ts',
  'test/run/slurm/tasks.ts',
  'test/run/crash/child.ts',
] as const

function newFolder(): string {
  const cache = join(root, 'node_modules', '.cache')
  mkdirSync(cache, { recursive: true })
  return mkdtempSync(join(cache, 'romi-node-'))
}

function optionsFor(modules: readonly string[], outdir: string): BuildOptions {
  return {
    entryPoints: modules.map((path) => ({ in: join(root, path), out: nameInBundle(path) })),
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    // Of packages, those that must stand as they are; the others load faster from few files.
    external: ['sharp', 'jiti', 'piscina', '@babel/parser', 'esbuild', 'vitest'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
    },
    logLevel: 'error',
  }
}

/** The package and modules of tests as few files that Node loads fast, for jobs on nodes and for runs. */
export class NodeBundle {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Builds it. @param modules by their paths from the project's root */
  static async build(modules: readonly string[] = testModules): Promise<NodeBundle> {
    const folder = newFolder()
    await build(optionsFor([nodeEntry, ...modules], folder))
    return new NodeBundle(folder)
  }

  /** Builds scripts, and what their threads load. @param scripts by their paths from the project's root */
  static ofScripts(scripts: readonly string[]): NodeBundle {
    const folder = newFolder()
    buildSync(optionsFor([threadEntry, ...scripts], folder))
    return new NodeBundle(folder)
  }

  get start(): NodeStart {
    return this.#started(nodeEntry)
  }

  /** How a run in a process of its own is started. */
  get child(): NodeStart {
    return this.#started('test/run/crash/child.ts')
  }

  #started(module: string): NodeStart {
    return { entry: this.path(module), options: [] }
  }

  /** Where a module lies that it was built with. */
  path(module: string): string {
    return join(this.#folder, `${nameInBundle(module)}.js`)
  }

  /** Where nodes find the tasks. @param module that holds them */
  origin(module: string = testModules[0]): LibraryOrigin {
    return { ...origin, builtin: pathToFileURL(this.#started(module).entry).href }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
