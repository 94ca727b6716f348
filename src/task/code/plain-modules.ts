// Users' modules that are plain: they take nothing but what tasks are declared with. Once such a module
// was compiled, it runs without the loader, which takes as long to load as a small plan does to make.
import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { runInThisContext } from 'node:vm'
import type { TransformOptions, TransformResult } from 'jiti'
import { ownCacheFolder } from '../../base/cache-folder.ts'
import { sha256 } from '../../base/digest.ts'
import { keepText, keptText } from '../../base/kept-text.ts'
import { version } from '../../base/version.ts'

/** What a plain module may import, by the names under which modules import it. */
export interface GivenModules {
  readonly 'romi-run': object
  readonly 'romi-run/tasks': object
}

/** All by which compiled code reaches anything outside of itself, be it in a text. */
const reaching =
  /\b(?:jitiImport|jitiESMResolve|require|module|import|eval|arguments|__filename|__dirname)\b/g
/** Where a compiled module takes the framework, under a name of its own. */
const taking = /\bvar (\w+) = await jitiImport\("(romi-run(?:\/tasks)?)"\);/g

/**
 * Whether compiled code takes nothing but what is given: what it calls the framework must stand only
 * where it asks for one of its members by name.
 */
export function isPlain(code: string, given: GivenModules): boolean {
  // A mistake is told by the loader; a name may be hidden in an escape.
  if (code.includes('__JITI_ERROR__') || code.includes('\\u')) return false
  const taken = [...code.matchAll(taking)]
  if (taken.length !== [...code.matchAll(reaching)].length) return false
  return taken.every(([, name, from]) => {
    // Safe: the pattern has no other names.
    const members = given[from as keyof GivenModules]
    const uses = [...code.matchAll(new RegExp(`(?<![\\w$])${name}(?![\\w$])(?:\\.(\\w+))?`, 'g'))]
    return uses.slice(1).every(([, member]) => member !== undefined && member in members)
  })
}

const nameOfPlainModule = (source: string, path: string): string =>
  `plain-${sha256([version, extname(path), source].join('\0')).slice(0, 32)}.js`

/**
 * Compiles as `compile` does, and keeps what is plain once more, under a name that is told without the
 * loader: what `compile` keeps is named after what the loader asks of it.
 */
export function keepingPlain(
  compile: (options: TransformOptions) => TransformResult,
  given: GivenModules,
  folder: string | undefined = ownCacheFolder(),
): (options: TransformOptions) => TransformResult {
  return (options) => {
    const result = compile(options)
    const { source, filename, async: isAsync } = options
    // Where a module lies is put into the code of one that asks for it.
    if (source.includes('import.meta')) return result
    if (folder === undefined || filename === undefined || !isAsync) return result
    const name = nameOfPlainModule(source, filename)
    if (isPlain(result.code, given) && keptText(folder, name) === undefined)
      keepText(folder, name, result.code)
    return result
  }
}

/**
 * Runs a module that is plain and was compiled before, as the loader would.
 * @returns what it exports; `undefined` if only the loader can run it
 */
export function plainModule(
  file: string,
  given: GivenModules,
  folder: string | undefined = ownCacheFolder(),
): Promise<object> | undefined {
  const code = folder === undefined ? undefined : plainCode(file, folder)
  if (code === undefined || !isPlain(code, given)) return undefined
  const compiled = compiledCode(code, file)
  // Safe: a plain module imports no other.
  return (
    compiled && runCompiled(compiled, (from) => Promise.resolve(given[from as keyof GivenModules]))
  )
}

function plainCode(file: string, folder: string): string | undefined {
  try {
    return keptText(folder, nameOfPlainModule(readFileSync(file, 'utf8'), file))
  } catch {
    // What cannot be read is told by the loader.
    return undefined
  }
}

/** Gives a module by the name under which it is imported. */
type Take = (from: string) => Promise<object>
type Compiled = (exports: object, ...rest: readonly unknown[]) => Promise<void>

function compiledCode(code: string, file: string): Compiled | undefined {
  const head = '(async function (exports, require, module, __filename, __dirname, jitiImport)'
  try {
    // Safe: the text is a function.
    return runInThisContext(`${head} { ${code}\n});`, { filename: file }) as Compiled
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

async function runCompiled(compiled: Compiled, take: Take): Promise<object> {
  const exports = {}
  await compiled(exports, undefined, undefined, undefined, undefined, take)
  return exports
}
