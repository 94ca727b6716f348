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

const root = join(import.meta.dirname, '..', '..')

/** No step is short enough for the head, and no look is far away. */
export const eager: SlurmSettings = { local_below: 0, poll: 0.2, memory: 500 }

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

/** The package and the tests' tasks as two files that Node loads fast, for jobs on nodes. */
export class NodeBundle {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Builds it. */
  static async build(): Promise<NodeBundle> {
    const cache = join(root, 'node_modules', '.cache')
    mkdirSync(cache, { recursive: true })
    const folder = mkdtempSync(join(cache, 'romi-node-'))
    await build({
      entryPoints: [
        join(root, 'src', 'run', 'executors', 'slurm', 'node-entry.ts'),
        join(root, 'test', 'support', 'tasks.ts'),
        join(root, 'test', 'run', 'slurm', 'tasks.ts'),
      ].map((path, i) => ({ in: path, out: ['node-entry', 'tasks', 'cluster-tasks'][i] })),
      outdir: folder,
      bundle: true,
      splitting: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'error',
    })
    return new NodeBundle(folder)
  }

  get start(): NodeStart {
    return { entry: join(this.#folder, 'node-entry.js'), options: [] }
  }

  /** Where nodes find the tasks. @param name of the module */
  origin(name: 'tasks' | 'cluster-tasks' = 'tasks'): LibraryOrigin {
    return { ...origin, builtin: pathToFileURL(join(this.#folder, `${name}.js`)).href }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
