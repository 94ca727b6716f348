// The floors of docs/design.md: a file imports downward only, never sideways between rooms, and never
// in a circle.
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { globSync } from 'tinyglobby'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

/** A room is a folder or file; it may import itself and every room on the floors in `sees`. */
interface Room {
  readonly path: string
  readonly floor: number
  /** The only rooms it may import besides itself; absent: all lower floors. */
  readonly sees?: readonly string[]
  /** Its files may not import one another, but for those named. */
  readonly apart?: readonly string[]
}

const geometryAndFormats = ['src/geometry', 'src/io']
const rooms: readonly Room[] = [
  { path: 'src/bin.ts', floor: 9 },
  {
    path: 'tasks',
    floor: 8,
    sees: ['src/index.ts', ...geometryAndFormats],
    apart: ['tasks/artifacts', 'tasks/index.ts'],
  },
  { path: 'src/cli', floor: 7 },
  { path: 'src/index.ts', floor: 7 },
  { path: 'src/testing', floor: 7 },
  {
    path: 'src/web/page',
    floor: 6.8,
    sees: ['src/web', 'src/geometry', 'src/build', 'src/base/number-words.ts'],
  },
  { path: 'src/web', floor: 6.6 },
  { path: 'src/survey', floor: 6.3 },
  { path: 'src/run', floor: 6 },
  { path: 'src/plan/facts', floor: 4.3 },
  { path: 'src/plan/inputs', floor: 4.6 },
  { path: 'src/plan', floor: 5 },
  { path: 'src/pipeline', floor: 4 },
  { path: 'src/task', floor: 3 },
  { path: 'src/fsdb', floor: 2 },
  { path: 'src/io', floor: 2 },
  { path: 'src/base/number-words.ts', floor: 0.5 },
  { path: 'src/base', floor: 1 },
  { path: 'src/build', floor: 0 },
  { path: 'src/geometry', floor: 1 },
]
/** Rooms on one floor, or lower, that must not meet even so. */
const strangers: readonly (readonly [from: string, to: string])[] = [
  'src/fsdb',
  'src/task',
  'src/pipeline',
  'src/plan',
  'src/run',
  'src/cli',
].flatMap((from) => geometryAndFormats.map((to) => [from, to] as const))
/** A room within another one is listed before it. */
const roomOf = (file: string): Room | undefined =>
  rooms.find((room) => file === room.path || file.startsWith(`${room.path}/`))

function importsOf(source: string): string[] {
  const pattern = /(?:from|import)\s*\(?\s*'([^']+)'|new URL\('([^']+)', import\.meta\.url\)/g
  return [...source.matchAll(pattern)]
    .map((match) => match[1] ?? match[2])
    .filter((path) => path.startsWith('.'))
}

function isDefinitionRoom(room: Room, file: string): boolean {
  return (room.apart ?? []).some(
    (path) => file === path || file.startsWith(`${path}/`) || file === `${path}.ts`,
  )
}

/** @returns one line an import that breaks the floors */
function breaches(files: ReadonlyMap<string, string>): string[] {
  const found: string[] = []
  for (const [file, source] of files) {
    const from = roomOf(file)
    if (!from) {
      found.push(`${file} stands on no floor`)
      continue
    }
    for (const specifier of importsOf(source)) {
      const target = relative(root, join(root, dirname(file), specifier))
      const to = roomOf(target)
      const why = breach(from, to, file, target)
      if (why) found.push(`${file} → ${target}: ${why}`)
    }
  }
  return found
}

function breach(
  from: Room,
  to: Room | undefined,
  file: string,
  target: string,
): string | undefined {
  if (!to) return 'stands on no floor'
  if (from === to) {
    if (!from.apart || isDefinitionRoom(from, file) || isDefinitionRoom(from, target))
      return undefined
    const home = (path: string) => path.replace(/\.ts$/, '').split('/').slice(0, 2).join('/')
    return home(file) === home(target) ? undefined : 'one task imports another'
  }
  if (to.floor >= from.floor) return to.floor === from.floor ? 'sideways' : 'upward'
  if (from.path === 'src/io' && to.path === 'src/geometry' && !file.startsWith('src/io/codec'))
    return 'formats meet geometry in src/io/codec only'
  if (strangers.some(([a, b]) => from.path === a && to.path === b))
    return 'the framework knows no geometry and no format'
  if (from.sees && !from.sees.includes(to.path)) return `may see ${from.sees.join(', ')} only`
  return undefined
}

/** @returns the files of each circle, types included: files that lead back to themselves by imports */
function circles(files: ReadonlyMap<string, string>): string[][] {
  const imports = new Map(
    [...files].map(([file, source]) => {
      const targets = importsOf(source).map((path) =>
        relative(root, join(root, dirname(file), path)),
      )
      return [file, targets.filter((target) => files.has(target))] as const
    }),
  )
  const reachedFrom = (start: string): ReadonlySet<string> => {
    const reached = new Set<string>()
    const open = [start]
    for (let file = open.pop(); file !== undefined; file = open.pop())
      for (const target of imports.get(file) ?? [])
        if (!reached.has(target)) {
          open.push(target)
          reached.add(target)
        }
    return reached
  }
  const reached = new Map([...files.keys()].map((file) => [file, reachedFrom(file)]))
  const found = [...files.keys()]
    .filter((file) => reached.get(file)!.has(file))
    .map((file) => [...reached.get(file)!].filter((other) => reached.get(other)!.has(file)).sort())
  return [...new Map(found.map((circle) => [circle.join(), circle])).values()]
}

const sources = new Map(
  globSync(['src/**/*.{ts,tsx}', 'tasks/**/*.ts'], { cwd: root })
    .sort()
    .map((file) => [file, readFileSync(join(root, file), 'utf8')] as const),
)

describe('the floors', () => {
  test('every import goes downward', () => {
    expect(sources.size).toBeGreaterThan(0)
    expect(breaches(sources)).toEqual([])
  })

  test.each([
    ['upward', 'src/base/planted.ts', "import { x } from '../fsdb/scan.ts'"],
    ['upward, dynamic', 'src/task/planted.ts', "const x = await import('../run/scheduler.ts')"],
    ['sideways', 'src/fsdb/planted.ts', "import { x } from '../io/ply.ts'"],
    ['sideways on the ground', 'src/geometry/planted.ts', "import { x } from '../base/types.ts'"],
    ['framework to geometry', 'src/run/planted.ts', "import { x } from '../geometry/camera.ts'"],
    ['framework to a format', 'src/pipeline/planted.ts', "import type { x } from '../io/image.ts'"],
    ['task to task', 'tasks/planted.ts', "import { x } from './masks.ts'"],
    [
      'task to the inside of the framework',
      'tasks/planted.ts',
      "import { x } from '../src/run/scheduler.ts'",
    ],
    ['facts to inputs', 'src/plan/facts/planted.ts', "import { x } from '../inputs/content.ts'"],
    ['inputs to decisions', 'src/plan/inputs/planted.ts', "import { x } from '../decision.ts'"],
    ['no floor', 'src/elsewhere/planted.ts', ''],
  ])('a planted breach is found: %s', (_, file, source) => {
    expect(breaches(new Map([[file, source]]))).toHaveLength(1)
  })
})

describe('circles', () => {
  test('no file leads back to itself, types included', () => {
    expect(circles(sources)).toEqual([])
  })

  test.each([
    [
      'of two files, by a type',
      { 'src/run/step-host.ts': "import type { ScanRun } from './scan-run.ts'" },
      'src/run/scan-run.ts',
    ],
    [
      'of a file with itself',
      { 'src/base/planted.ts': "export * from './planted.ts'" },
      'src/base/planted.ts',
    ],
    [
      'of two tasks, one of them loaded later',
      {
        'tasks/colmap/one.ts': "import { x } from './two.ts'",
        'tasks/colmap/two.ts': "const y = await import('./one.ts')",
      },
      'tasks/colmap/two.ts',
    ],
  ])('a planted one is found: %s', (_, planted, member) => {
    const found = circles(new Map([...sources, ...Object.entries(planted)]))
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(member)
  })
})

describe('the store owns its folder', () => {
  /** A name of ours as a path or part of one; `[Task.romi]` and `metadata.romi` are something else. */
  const names = /(?<![\w}])\.romi\b(?!\])|\bromidb\b|\bfiles\.json\b|\bmetadata\.json\b/
  const comments = /\/\*[^]*?\*\/|^\s*\/\/.*$|\s\/\/ .*$/gm
  const spelled = (source: string): string | undefined =>
    names.exec(source.replaceAll(comments, ''))?.[0]

  test('its names are spelled in src/fsdb/layout.ts and nowhere else', () => {
    const elsewhere = [...sources].filter(([file]) => file !== 'src/fsdb/layout.ts')
    const found = elsewhere.flatMap(([file, source]) => {
      const name = spelled(source)
      return name === undefined ? [] : [`${file}: ${name}`]
    })
    expect(found).toEqual([])
    expect(spelled(sources.get('src/fsdb/layout.ts') ?? '')).toBeDefined()
  })

  test.each(["join(db, '.romi', 'x')", '`${db}/romidb`', "'see files.json'", '`a/metadata.json`'])(
    'a planted name is found: %s',
    (source) => {
      expect(spelled(source)).toBeDefined()
    },
  )

  test('whatever is written into a database goes through the disk of the store', () => {
    /** These write elsewhere, or are what writes for the store: the reason for each. */
    const reasons: Readonly<Record<string, string>> = {
      'src/base/cache-folder.ts': 'what can be made again, in the user’s folder of caches',
      'src/base/cache-limit.ts': 'what leaves that folder',
      'src/base/kept-text.ts': 'texts in that folder',
      'src/base/regular.ts': 'opens files, to read them',
      'src/base/remove-few.ts': 'removes files for the disk of the store',
      'src/base/system.ts': 'the disk itself',
      'src/build/program.ts': 'makes dist/',
      'src/web/kept-folder.ts': 'pictures in the user’s folder of caches',
      'src/web/page/bundle.ts': 'makes dist/',
      'src/cli/verbs/init.ts': 'writes a pipeline file, which is the user’s',
      'src/cli/verbs/new-task.ts': 'writes a task, which is the user’s',
      'src/run/executors/slurm/on-node.ts': 'a scratch folder',
      'src/run/perform.ts': 'scratch folders',
      'src/testing/task-harness.ts': 'a database of its own, in the temporary folder',
      'src/web/preview.ts': 'a database of its own, in the temporary folder',
      'tasks/colmap/dense.ts': 'a scratch folder',
      'tasks/colmap/mapping.ts': 'a scratch folder',
      'tasks/colmap/adjusting.ts': 'a scratch folder',
      'tasks/colmap/reconstruct.ts': 'a scratch folder',
    }
    const writes = /\b(?:append|copy|cp|link|mk|open|rename|rm|symlink|truncate|unlink|write)/
    const raw = [...sources].filter(([file, source]) => {
      const imports = source.matchAll(
        /import (\{[^}]*\}|\w+|\* as \w+) from 'node:fs(?:\/promises)?'/g,
      )
      const isLocks = file.startsWith('src/fsdb/locks/')
      return [...imports].some(([, names]) =>
        // A whole module can write: only locks, which are beside the scans, take it so.
        names.startsWith('{') ? writes.test(names) : !isLocks,
      )
    })
    expect(raw.map(([file]) => file).sort()).toEqual(Object.keys(reasons).sort())
  })
})
