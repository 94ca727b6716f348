// Tasks as the program loads them first: what they declare. What they do is loaded with the first job.
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { rolldown, type OutputChunk, type Plugin } from 'rolldown'
import { parseAst } from 'rolldown/parseAst'

/** What the built-in tasks are declared with, and the functions among it that work on data. */
const jobFunctions: Readonly<Record<string, readonly string[]>> = {
  defineTask: ['run'],
  fileArtifact: ['read', 'encode'],
  filesetArtifact: ['read', 'write'],
}

/** Marks a module that is loaded with the first job, and as it was written. */
const loadedLater = 'later:'

/** A node of a syntax tree, of which only some members are looked at. */
interface ParsedNode {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [member: string]: unknown
}

/**
 * Gives in place of a module the declarations of the tasks that it and those beside it declare. The
 * functions that work on data load their module as it was written; what nothing but these needs is
 * gone. So a run that has nothing to do loads no kernel, and a thread those of its task.
 *
 * @param index the module that names all tasks, absolute
 */
export function onDemand(index: string): Plugin {
  return {
    name: 'on-demand',
    resolveId: (source) =>
      source.startsWith(loadedLater) ? source.slice(loadedLater.length) : undefined,
    async load(id) {
      if (id !== index) return undefined
      const { code, map } = await declarationsIn(index)
      return { code, map: map?.toString() ?? null, moduleType: 'js' }
    },
  }
}

/** All that a module and those in its folder declare, in one. */
async function declarationsIn(index: string): Promise<OutputChunk> {
  // Numbers and words of kernels and formats are copied; of the framework there is one instance.
  const own = ['tasks/', 'src/geometry/', 'src/io/', 'src/index.ts']
  const isOwn = (id: string): boolean =>
    own.some((part) => id.startsWith(join(index, '../..', part)))
  const declaring: Plugin = {
    name: 'declaring',
    resolveId(source, importer) {
      if (importer === undefined || !source.startsWith('.')) return undefined
      const id = resolve(importer, '..', source)
      return { id, external: !isOwn(id) }
    },
    async load(id) {
      return { code: declarationsOf(await readFile(id, 'utf8'), id), moduleType: 'ts' }
    },
  }
  const bundle = await rolldown({
    input: index,
    external: /^[^./]/, // packages, and what is loaded later
    platform: 'node',
    plugins: [declaring],
    treeshake: { moduleSideEffects: false },
  })
  const { output } = await bundle.generate({ format: 'esm', sourcemap: true })
  await bundle.close()
  return output[0]
}

/**
 * A module in which functions that work on data load the module as it was written. Line numbers stay.
 * @param from what to load
 */
export function declarationsOf(source: string, from: string): string {
  const edits = parseAst(source, { lang: 'ts' }).body.flatMap((node) =>
    // Safe: all nodes have type, start and end.
    sourceEditsOf(node as unknown as ParsedNode, from, source),
  )
  return edits
    .sort((a, b) => b.start - a.start)
    .reduce((code, { start, end, text }) => code.slice(0, start) + text + code.slice(end), source)
}

interface SourceEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** What changes in a statement of the module itself. */
function sourceEditsOf(statement: ParsedNode, from: string, source: string): readonly SourceEdit[] {
  const exported = namedValues(statement)
  return exported.flatMap(({ name, value }) => {
    const members = name === undefined ? [] : workingMembers(value)
    return [
      ...callsIn(value, members).map(({ start }) => ({
        start,
        end: start,
        text: '/*@__PURE__*/ ',
      })),
      ...members.map(({ node, key }) => {
        const lines = source.slice(node.start, node.end).split('\n').length - 1
        const load = `import(${JSON.stringify(loadedLater + from)}).then((loaded) => loaded.${name}.${key}(...given))`
        return { ...node, text: `${key}: (...given) => ${load}${'\n'.repeat(lines)}` }
      }),
    ]
  })
}

/** A value that a module gives a name, and that under which it is exported. */
interface NamedValue {
  readonly name: string | undefined
  readonly value: ParsedNode
}

/** The values that a statement gives names. */
function namedValues(statement: ParsedNode): readonly NamedValue[] {
  const { type, declaration } = statement as ParsedNode & { readonly declaration?: ParsedNode }
  if (type === 'ExportDefaultDeclaration' && declaration)
    return [{ name: 'default', value: declaration }]
  const isExported = type === 'ExportNamedDeclaration'
  const variables = isExported ? declaration : statement
  if (variables?.type !== 'VariableDeclaration') return []
  // Safe: that is what variables are made of.
  const all = variables.declarations as readonly {
    readonly id: ParsedNode
    readonly init?: ParsedNode | null
  }[]
  return all.flatMap(({ id, init }) =>
    init ? [{ name: isExported ? (id.name as string) : undefined, value: init }] : [],
  )
}

/** The functions of a definition that work on data. */
function workingMembers(
  value: ParsedNode,
): readonly { readonly node: ParsedNode; readonly key: string }[] {
  if (value.type !== 'CallExpression') return []
  // Safe: that is what a call is made of.
  const { callee, arguments: given } = value as ParsedNode & {
    callee: ParsedNode
    arguments: readonly ParsedNode[]
  }
  const keys = jobFunctions[String(callee.name)] ?? []
  if (given[0]?.type !== 'ObjectExpression') return []
  const members = given[0].properties as readonly (ParsedNode & { readonly key?: ParsedNode })[]
  return members.flatMap((node) => {
    const key = String(node.key?.name)
    return keys.includes(key) ? [{ node, key }] : []
  })
}

/**
 * The calls by which a value is made: where nobody needs it, nobody needs them.
 * @param without what becomes of these is known already
 */
function callsIn(
  value: ParsedNode,
  without: readonly { readonly node: ParsedNode }[],
): readonly ParsedNode[] {
  if (without.some(({ node }) => node === value) || /Function/.test(value.type)) return []
  const below = Object.values(value).flat().filter(isParsedNode)
  const own = value.type === 'CallExpression' || value.type === 'NewExpression' ? [value] : []
  return [...own, ...below.flatMap((node) => callsIn(node, without))]
}

const isParsedNode = (value: unknown): value is ParsedNode =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value
