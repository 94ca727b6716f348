// The tokens of a module, and what it imports: what stays the same when comments and layout change.
import { extname } from 'node:path'
import type { ParserOptions } from '@babel/parser'
import { sha256, type Digest } from '../../base/digest.ts'

/** What a module takes from elsewhere. */
export interface Imported {
  /** As it is written; absent: it is computed when the module runs. */
  readonly from?: string
  /** Counts from 1. */
  readonly line: number
  /** Whether it is loaded when the code around it runs, not with the module. */
  readonly isLazy: boolean
}

/** One module, read. */
export interface ReadModule {
  /** The digest of its tokens. */
  readonly digest: Digest
  readonly imports: readonly Imported[]
}

type Parse = typeof import('@babel/parser').parse
/** Any node of a syntax tree: which members it has follows from its type. */
interface SyntaxNode {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly loc?: { readonly start: { readonly line: number } }
  readonly [member: string]: unknown
}
interface Token {
  readonly type: unknown
  readonly start: number
  readonly end: number
}

/**
 * Reads a module: texts in strings, templates and regular expressions count to the letter, comments
 * and layout do not. Where the grammar takes a line break for the end of a statement, a semicolon
 * stands for it.
 *
 * @param path tells the dialect by its extension
 */
export async function readModule(text: string, path: string): Promise<ReadModule> {
  // Only those who have modules of their own pay for the parser.
  const { parse } = await import('@babel/parser')
  const tree = syntaxTree(parse, text, path)
  // What cannot be parsed counts to the letter.
  if (tree === undefined) return { digest: sha256(text), imports: [] }
  // Safe: every member of a tree is a node, a list of nodes or a value.
  const nodes = [...nodesOf(tree.program as unknown as SyntaxNode)]
  const ends = nodes.filter(({ type }) => statements.has(type)).map(({ end }) => end)
  const tokens = tokensOf(text, (tree.tokens ?? []) as Token[], new Set(ends))
  return { digest: sha256(JSON.stringify(tokens)), imports: nodes.flatMap(importedBy) }
}

function syntaxTree(parse: Parse, text: string, path: string): ReturnType<Parse> | undefined {
  const isMarkup = extname(path).endsWith('x')
  const plugins: ParserOptions['plugins'] = ['typescript', 'decorators-legacy']
  try {
    return parse(text, {
      sourceType: 'module',
      tokens: true,
      errorRecovery: true,
      createImportExpressions: true,
      plugins: isMarkup ? [...plugins, 'jsx'] : plugins,
    })
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** @param ends where statements end that a semicolon may close */
function tokensOf(text: string, tokens: readonly Token[], ends: ReadonlySet<number>): string[] {
  const found: string[] = []
  let at = 0
  for (const { type, start, end } of tokens) {
    const between = text.slice(at, start)
    if (between.trim() !== '') found.push(between)
    at = end
    if (type === 'CommentLine' || type === 'CommentBlock') continue
    const token = text.slice(start, end)
    if (token !== '') found.push(token)
    if (ends.has(end) && token !== ';') found.push(';')
  }
  return withoutDoubles(found)
}

/** A semicolon that stands there and one that was put in are one. */
const withoutDoubles = (tokens: readonly string[]): string[] =>
  tokens.filter((token, i) => token !== ';' || tokens[i - 1] !== ';')

/** The statements and members that a line break can end. */
const statements: ReadonlySet<string> = new Set([
  'BreakStatement',
  'ClassAccessorProperty',
  'ClassPrivateProperty',
  'ClassProperty',
  'ContinueStatement',
  'DebuggerStatement',
  'Directive',
  'DoWhileStatement',
  'ExportAllDeclaration',
  'ExportDefaultDeclaration',
  'ExportNamedDeclaration',
  'ExpressionStatement',
  'ImportDeclaration',
  'ReturnStatement',
  'ThrowStatement',
  'TSDeclareFunction',
  'TSDeclareMethod',
  'TSExportAssignment',
  'TSImportEqualsDeclaration',
  'TSIndexSignature',
  'TSMethodSignature',
  'TSPropertySignature',
  'TSTypeAliasDeclaration',
  'VariableDeclaration',
])

function* nodesOf(node: SyntaxNode): Iterable<SyntaxNode> {
  yield node
  for (const value of Object.values(node)) {
    for (const part of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (isNode(part)) yield* nodesOf(part)
    }
  }
}

const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Partial<SyntaxNode>).type === 'string' &&
  typeof (value as Partial<SyntaxNode>).start === 'number'

function importedBy(node: SyntaxNode): Imported[] {
  const line = node.loc?.start.line ?? 1
  const from = (source: unknown, isLazy: boolean): Imported[] => {
    if (!isNode(source)) return []
    const text = literalText(source)
    return [{ ...(text !== undefined && { from: text }), line, isLazy }]
  }
  switch (node.type) {
    case 'ImportDeclaration':
      return node.importKind === 'type' ? [] : from(node.source, false)
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return node.exportKind === 'type' ? [] : from(node.source, false)
    case 'ImportExpression':
      return from(node.source, true)
    case 'TSExternalModuleReference':
      return from(node.expression, false)
    case 'CallExpression':
      return isRequire(node) ? from((node.arguments as readonly unknown[])[0], true) : []
    default:
      return []
  }
}

const isRequire = ({ callee }: SyntaxNode): boolean =>
  isNode(callee) && callee.type === 'Identifier' && callee.name === 'require'

/** The text of a string, or of a template in which nothing is put; else `undefined`. */
function literalText(node: SyntaxNode): string | undefined {
  if (node.type === 'StringLiteral') return String(node.value)
  if (node.type !== 'TemplateLiteral') return undefined
  const quasis = node.quasis as readonly { readonly value: { readonly cooked?: string | null } }[]
  return quasis.length === 1 ? (quasis[0].value.cooked ?? undefined) : undefined
}
