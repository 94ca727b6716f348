// The code of a module: its tokens and those of what it imports, in one digest that enters keys.
import { existsSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, extname, join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { canonical } from '../../base/canonical.ts'
import { sha256, type Digest } from '../../base/digest.ts'
import { systemCode } from '../../base/errors.ts'
import { readingOf } from './read-modules.ts'
import type { Imported } from './tokens.ts'

/** The code of a user's module. */
export interface ModuleCode {
  /** The digest of all the code; the same wherever the files lie. */
  readonly digest: Digest
  /**
   * By path from the module's folder the digest of each file, the module's own first; by name the
   * version of each package.
   */
  readonly parts: Readonly<Record<string, string>>
}

/** An import of which nobody can say what it will load. */
export interface UnseenImport {
  /** Absolute. */
  readonly file: string
  readonly line: number
}

/** A module's code, and what was found on the way. */
export interface CodeReading {
  readonly code: ModuleCode
  /** The files that it is made of, absolute, the module first. */
  readonly files: readonly string[]
  readonly unseen: readonly UnseenImport[]
  /** Whether some of it is loaded only when a task runs. */
  readonly isLazy: boolean
}

/** Where an import leads, as the loader will find it: an absolute path. */
export type Resolve = (specifier: string, from: string) => string | undefined

/** What one file is, and what it stands on: other files by number, packages by name and version. */
interface ModulePart {
  readonly digest: Digest
  readonly imports: readonly (number | string)[]
}

/**
 * Reads the code of a module and of all that it imports by paths.
 * @param resolver gives what resolves imports; asked only if there is one that is not the framework's or Node's
 */
export async function codeOf(
  entry: string,
  resolver: () => Resolve | Promise<Resolve>,
): Promise<CodeReading> {
  const files = [entry]
  const parts: ModulePart[] = []
  const packages = new Map<string, string>()
  const unseen: UnseenImport[] = []
  let isLazy = false
  for (const file of files) {
    const { digest, imports } = await readPart(file)
    const resolve = imports.some(isToResolve) ? await resolver() : () => undefined
    const leads = imports.flatMap((imported): (number | string)[] => {
      const { from, line } = imported
      if (from === undefined) {
        unseen.push({ file, line })
        return []
      }
      if (isOurs(from) || isBuiltin(from)) return []
      const found = resolve(from, file)
      if (!isRelativeSpecifier(from)) return [packageOf(from, found, packages)]
      isLazy ||= imported.isLazy
      if (found === undefined) return [`no ${from}`]
      if (!files.includes(found)) files.push(found)
      return [files.indexOf(found)]
    })
    parts.push({ digest, imports: leads })
  }
  const named = files.map((file, i) => [moduleName(file, entry), parts[i].digest] as const)
  const code = {
    digest: sha256(canonical(parts.map(({ digest, imports }) => ({ digest, imports })))),
    parts: Object.fromEntries([...named, ...packages]),
  }
  return { code, files, unseen, isLazy }
}

const scripts = new Set(['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx'])

async function readPart(
  file: string,
): Promise<{ readonly digest: Digest; readonly imports: readonly Imported[] }> {
  const bytes = moduleBytes(file)
  if (scripts.has(extname(file))) return readingOf(bytes.toString('utf8'), file)
  if (extname(file) === '.json') return { digest: jsonDigest(bytes.toString('utf8')), imports: [] }
  return { digest: sha256(bytes), imports: [] }
}

/** One that cannot be read is told when it is loaded. */
function moduleBytes(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    return Buffer.alloc(0)
  }
}

/** Layout counts no more than in code; the order of keys does, since a program can see it. */
function jsonDigest(text: string): Digest {
  try {
    return sha256(JSON.stringify(JSON.parse(text)))
  } catch (error) {
    if (error instanceof SyntaxError) return sha256(text)
    throw error
  }
}

/** The framework itself: what its tasks make changes with their versions. */
const isOurs = (specifier: string): boolean => /^romi-run(?:\/|$)/.test(specifier)

const isToResolve = ({ from }: Imported): boolean =>
  from !== undefined && !isOurs(from) && !isBuiltin(from)

const isRelativeSpecifier = (specifier: string): boolean =>
  /^(?:\.{0,2}\/|\.{1,2}$|file:|#|[A-Za-z]:[/\\])/.test(specifier)

/** A package counts by its name and version, as its maker numbers it. */
function packageOf(
  specifier: string,
  path: string | undefined,
  packages: Map<string, string>,
): string {
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  const version = path === undefined ? 'none' : versionAbove(path)
  packages.set(name, version)
  return `${name} ${version}`
}

function versionAbove(path: string): string {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json')
    if (existsSync(file)) {
      const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version?: unknown }
      // One without a version marks a folder of the package, no more.
      if (typeof version === 'string') return version
    }
    if (folder === dirname(folder)) return 'none'
  }
}

const moduleName = (file: string, entry: string): string =>
  relative(dirname(entry), file).split(sep).join('/')

/** A resolver that asks the loader of users' modules. */
export function resolverOf(jiti: {
  esmResolve(
    specifier: string,
    options: { readonly parentURL: string; readonly try: true },
  ): string | undefined
}): Resolve {
  return (specifier, from) => {
    const parentURL = pathToFileURL(from).href
    const url = jiti.esmResolve(specifier, { parentURL, try: true })
    return url?.startsWith('file:') ? fileURLToPath(url) : url
  }
}
