// Which modules of the program lie in one file: what is loaded together, so that few files are.
import { join } from 'node:path'
import type { ChunkingContext, CodeSplittingGroup } from 'rolldown'

/** Where loading begins; a thread loads the tasks, too. */
const beginnings = {
  start: 'src/bin.ts',
  thread: 'src/run/executors/thread.ts',
  run: 'src/cli/verbs/run.ts',
  tasks: 'tasks/index.ts',
} as const

/** What the program's first steps share with the others: so little that all may load it. */
const ofAll = 'common'

/** What the work of several tasks needs. */
const ofWork = 'work'

/**
 * What several beginnings load lies in a file for just these: so none loads what it does not need, and
 * no two files need each other. A beginning itself lies alone, since it may wait for what needs its
 * file. What tasks load only to work lies together if several need it. All other modules lie as the
 * bundler likes.
 */
export function chunkGroups(root: string): CodeSplittingGroup[] {
  const first = Object.values(beginnings).map((from) => join(root, from))
  const tasks = join(root, beginnings.tasks)
  let loaded: readonly ReadonlySet<string>[] | undefined
  let work: readonly ReadonlySet<string>[] | undefined
  const chunkOf = (id: string, context: ChunkingContext): string => {
    loaded ??= Object.entries(beginnings).map(([name, from]) =>
      loadedWith(name === 'thread' ? [join(root, from), tasks] : [join(root, from)], context),
    )
    work ??= loadedToWork(tasks, context)
    if (first.includes(id)) return ''
    const chunk = chunkNamed(loaded.map((ids) => ids.has(id)))
    if (chunk !== '') return chunk
    return work.filter((ids) => ids.has(id)).length > 1 ? ofWork : ''
  }
  // First what most need: a group takes with it what its modules import, if no other has that yet.
  const sets = Array.from({ length: 2 ** first.length - 1 }, (_, i) =>
    first.map((_from, bit) => ((i + 1) & (1 << bit)) !== 0),
  ).sort((a, b) => b.filter(Boolean).length - a.filter(Boolean).length)
  const chunks = new Set([ofAll, ...sets.map(chunkNamed), ofWork])
  return [...chunks].map((chunk, i, all) => ({
    debugName: chunk,
    name: (id, context) => (chunkOf(id, context) === chunk ? chunk : null),
    priority: all.length - i,
  }))
}

/** @param isNeeded by each of the beginnings, the program's first */
function chunkNamed(isNeeded: readonly boolean[]): string {
  const needing = Object.keys(beginnings).filter((_, i) => isNeeded[i])
  return isNeeded[0] && needing.length > 1 ? ofAll : needing.join('-')
}

/** What each module is loaded with that tasks load when they have work. */
const loadedToWork = (tasks: string, context: ChunkingContext): readonly ReadonlySet<string>[] =>
  (context.getModuleInfo(tasks)?.dynamicallyImportedIds ?? []).map((from) =>
    loadedWith([from], context),
  )

/** Modules with all that they import, directly or not. */
function loadedWith(from: readonly string[], context: ChunkingContext): ReadonlySet<string> {
  const closure = new Set(from)
  for (const id of closure)
    for (const imported of context.getModuleInfo(id)?.importedIds ?? []) closure.add(imported)
  return closure
}
