// One name, one thing: top-level names of src and tasks that are defined in more than one file.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from '@babel/parser'
import { globSync } from 'tinyglobby'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

/** Names with more than one definition, and why each is the best word in all its places. */
const reasons: Readonly<Record<string, string>> = {
  decide: 'each is the one pure decision of its folder: of the locks, of the plan',
  ...Object.fromEntries(
    [
      'decodeCameras',
      'decodeImages',
      'decodePoints',
      'encodeCameras',
      'encodeImages',
      'encodePoints',
    ].map((name) => [name, 'two forms of one COLMAP file, text and binary, with the same face']),
  ),
  carriageReturn: 'the byte; OBJ and PLY are read without a common tokenizer',
  lineFeed: 'the byte; OBJ and PLY are read without a common tokenizer',
  numberOf: 'a word of a text file as a number; each format says its own place in the refusal',
  Image: 'pixels of 8 bits in geometry; what a picture file holds, of any depth, in io',
  PointCloud: 'points of the geometry; what a PLY file holds',
  TriangleMesh: 'a mesh of the geometry; what a PLY file holds',
  phyllotaxis: 'the kernel; the artifact that it fills',
  ...Object.fromEntries(
    ['Comparison', 'Correction', 'OrganKind', 'Photograph', 'Place', 'RunRequest'].map((name) => [
      name,
      'the thing itself; what the page is told of it',
    ]),
  ),
  percent: 'a share in words, with the digits that suit each message',
}

type Declared = { readonly type: string; readonly [part: string]: unknown }

/** The names that a statement at the top of a module defines. */
function namesOf(statement: Declared): string[] {
  const inner = statement['declaration'] as Declared | null | undefined
  if (inner && statement.type.startsWith('Export')) return namesOf(inner)
  if (statement.type === 'VariableDeclaration')
    return (statement['declarations'] as { id: Declared }[]).flatMap(({ id }) => namesIn(id))
  const isDefinition = /^(Function|Class|TSInterface|TSTypeAlias)Declaration$/.test(statement.type)
  const id = statement['id'] as { readonly name: string } | null | undefined
  return isDefinition && id ? [id.name] : []
}

/** The names that a pattern binds: `{ a, b: c }`, `[d]`. */
function namesIn(pattern: Declared | null): string[] {
  if (pattern?.type === 'Identifier') return [pattern['name'] as string]
  if (pattern?.type === 'ArrayPattern')
    return (pattern['elements'] as (Declared | null)[]).flatMap(namesIn)
  if (pattern?.type === 'ObjectPattern')
    return (pattern['properties'] as Declared[]).flatMap((property) =>
      namesIn((property['value'] ?? property['argument']) as Declared),
    )
  return []
}

const filesByName = new Map<string, Set<string>>()
for (const file of globSync(['src/**/*.{ts,tsx}', 'tasks/**/*.ts'], { cwd: root })) {
  const plugins = file.endsWith('x') ? (['typescript', 'jsx'] as const) : (['typescript'] as const)
  const { program } = parse(readFileSync(join(root, file), 'utf8'), {
    sourceType: 'module',
    plugins: [...plugins],
  })
  for (const statement of program.body)
    for (const name of namesOf(statement as unknown as Declared))
      filesByName.set(name, (filesByName.get(name) ?? new Set()).add(file))
}
const shared = [...filesByName].filter(([, files]) => files.size > 1)

test('a name that is defined in several files has a reason, or is another name', () => {
  expect(filesByName.size).toBeGreaterThan(2000)
  const without = shared.filter(([name]) => !Object.hasOwn(reasons, name))
  expect(without.map(([name, files]) => `${name}: ${[...files].sort().join(', ')}`)).toEqual([])
})

test('at most sixty have one, and none for a name that is gone', () => {
  expect(Object.keys(reasons).length).toBeLessThanOrEqual(60)
  const names = new Set(shared.map(([name]) => name))
  expect(Object.keys(reasons).filter((name) => !names.has(name))).toEqual([])
})
