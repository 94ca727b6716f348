// Which test files a mutation run may use: those that start no processes, by what they import, and
// replace no module.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { globSync } from 'tinyglobby'

/** The folder of the project, or of the copy of it that is mutated. */
export const root = join(import.meta.dirname, '..', '..')

/** The variable of the environment that names the test files of a run, as a list in JSON. */
export const testsVariable = 'ROMI_MUTATION_TESTS'

/** Packages that start processes: of programs, of a browser, of a bundler. */
const starters = new Set(['node:child_process', 'playwright-core', 'esbuild'])

/** Folders of the tests' own code; what they import of `src` starts processes only for tasks that ask for it. */
const ofTests = ['test/', 'bench/']

/** Test files that start processes through the tasks that they run, which no import tells. */
const throughTasks: Readonly<Record<string, string>> = {}

/** What a mutation run may use, and what it leaves out. */
export interface Selected {
  /** Test files, relative to the root. */
  readonly chosen: readonly string[]
  /** Why a test file is left out, by its name. */
  readonly leftOut: ReadonlyMap<string, string>
}

/** In one graph of modules that all test files share, none can be replaced for one of them. */
const replacesModules = /\bvi\.(?:do)?[mM]ock\(/

/** Reads all test files, and tells those that are left out. */
export function selectTests(): Selected {
  const chosen: string[] = []
  const leftOut = new Map<string, string>()
  for (const file of globSync('test/**/*.test.ts', { cwd: root }).sort()) {
    const replaces = replacesModules.test(readFileSync(join(root, file), 'utf8'))
    const why = replaces ? 'vi.mock' : (throughTasks[file] ?? starterOf(file, new Set()))
    if (why === undefined) chosen.push(file)
    else leftOut.set(file, why)
  }
  return { chosen, leftOut }
}

/** @returns by what imports a file leads to a starter of processes; `undefined` if by none */
function starterOf(file: string, seen: Set<string>): string | undefined {
  if (seen.has(file)) return undefined
  seen.add(file)
  const pattern = /(?:from|import)\s*\(?\s*'([^']+)'/g
  for (const [, specifier] of readFileSync(join(root, file), 'utf8').matchAll(pattern)) {
    if (starters.has(specifier)) return specifier
    if (!specifier.startsWith('.')) continue
    const target = relative(root, join(root, dirname(file), specifier))
    if (!ofTests.some((folder) => target.startsWith(folder))) continue
    // One that a test writes, in a text of its own.
    if (!existsSync(join(root, target))) continue
    const why = starterOf(target, seen)
    if (why !== undefined) return `${target} → ${why}`
  }
  return undefined
}
