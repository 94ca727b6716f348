// Executors of a cluster for tests: every step is a job, and is looked at often.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { SlurmSettings } from '../../src/pipeline/slurm-settings.ts'
import { inlineExecutor } from '../../src/run/executors/inline.ts'
import type { Scheduler } from '../../src/run/executors/slurm/scheduler.ts'
import type { NodeStart } from '../../src/run/executors/slurm/script.ts'
import { ClusterExecutor } from '../../src/run/executors/slurm/slurm-executor.ts'
import type { Timing } from '../../src/run/executors/slurm/timing.ts'
import { ResourcePool } from '../../src/run/resource-pool.ts'
import type { LibraryOrigin } from '../../src/task/modules.ts'
import { origin } from './rig.ts'

const nodeEntry = 'src/run/executors/slurm/node-entry.ts'

const nameInBundle = (path: string): string => path.replaceAll('/', '-').replace(/\.ts$/, '')

const root = join(import.meta.dirname, '..', '..')

/** No step is short enough for the head, and no look is far away; more often, looks take most of the time. */
export const eager: SlurmSettings = { local_below: 0, poll: 0.5, memory: 500 }

/** What is waited for on a cluster is waited for less long. */
const hurried: Timing = { collect: 20, patience: 2_000, tellAfter: 200, backOff: 200, stop: 300 }

/** An executor on a scheduler. */
export function executorWith(
  scheduler: Scheduler,
  start: NodeStart | undefined,
  settings: SlurmSettings = {},
): ClusterExecutor {
  const here = { executor: inlineExecutor(), pool: new ResourcePool(1) }
  const all = { ...eager, ...settings }
  const own = start ? { start } : {}
  return new ClusterExecutor({ scheduler, settings: all, here, timing: hurried, ...own })
}

/** What a bundle has beside the entry of nodes: the tests' tasks, and a run in a process of its own. */
const testModules = [
  'test/support/tasks.ts',
  'test/run/slurm/tasks.ts',
  'test/run/crash/child.ts',
] as const

/** The package and modules of tests as few files that Node loads fast, for jobs on nodes and for runs. */
export class NodeBundle {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Builds it. @param modules by their paths from the project's root */
  static async build(modules: readonly string[] = testModules): Promise<NodeBundle> {
    const cache = join(root, 'node_modules', '.cache')
    mkdirSync(cache, { recursive: true })
    const folder = mkdtempSync(join(cache, 'romi-node-'))
    await build({
      entryPoints: [nodeEntry, ...modules].map((path) => ({
        in: join(root, path),
        out: nameInBundle(path),
      })),
      outdir: folder,
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
    })
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
    return { entry: join(this.#folder, `${nameInBundle(module)}.js`), options: [] }
  }

  /** Where nodes find the tasks. @param module that holds them */
  origin(module: string = testModules[0]): LibraryOrigin {
    return { ...origin, builtin: pathToFileURL(this.#started(module).entry).href }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
