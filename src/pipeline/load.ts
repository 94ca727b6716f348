// A pipeline from its file, with the tasks of the modules that it names.
import { lstatSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { RomiError, systemCode } from '../base/errors.ts'
import type { UnseenImport } from '../task/code/module-code.ts'
import type { Library } from '../task/library.ts'
import { gatherLibrary, type LibraryOrigin } from '../task/modules.ts'
import { Remarks, type Diagnostic, type Where } from './diagnostic.ts'
import { readDocument, type Document } from './document.ts'
import { parseDocument, type Overrides, type Parsed } from './parse.ts'
import { readSettings } from './settings.ts'

/** Where tasks come from, users' modules apart: the pipeline names those. */
export type BaseOrigin = Omit<LibraryOrigin, 'modules' | 'counted'>

/** A pipeline with all the tasks that it might have named, or what is wrong with it. */
export type Loaded =
  | (Extract<Parsed, { is: 'ok' }> & {
      readonly library: Library
      /** For threads that load the same tasks. */
      readonly origin: LibraryOrigin
    })
  | Extract<Parsed, { is: 'wrong' }>

/** The tasks that a pipeline file may name, and what is wrong with its modules. */
export interface LoadedLibrary {
  readonly library: Library
  readonly origin: LibraryOrigin
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads a pipeline file, loads the modules that it names, and parses it.
 * @throws RomiError `pipeline/unreadable`
 */
export async function loadPipeline(
  file: string,
  base: BaseOrigin,
  overrides: Overrides = {},
): Promise<Loaded> {
  const remarks = new Remarks()
  const document = readDocument(await readPipelineText(file), file, overrides.sets ?? [], remarks)
  const { library, origin, diagnostics } = await loadNamedModules(document, file, base, overrides)
  const parsed = parseDocument(document, file, library, overrides, remarks)
  if (diagnostics.every(({ severity }) => severity === 'note')) {
    if (parsed.is === 'wrong') return parsed
    const { pipeline } = parsed
    const notes = [...diagnostics, ...pipeline.notes]
    return { ...parsed, pipeline: { ...pipeline, notes }, library, origin }
  }
  // The tasks of a module that is wrong are missing: what else is said of them would mislead.
  const others = parsed.is === 'wrong' ? parsed.diagnostics : parsed.pipeline.notes
  return { is: 'wrong', diagnostics: [...diagnostics, ...others.filter(isNoFollowUp)] }
}

/**
 * Loads the tasks that a pipeline file may name: the built-in ones and those of its modules.
 * @throws RomiError `pipeline/unreadable`
 */
export async function loadLibraryOf(
  file: string,
  origin: BaseOrigin,
  overrides: Overrides = {},
): Promise<LoadedLibrary> {
  // What else is wrong with the file is told when its pipeline is parsed.
  const document = readDocument(await readPipelineText(file), file, [], new Remarks())
  return loadNamedModules(document, file, origin, overrides)
}

const isNoFollowUp = ({ code }: Diagnostic): boolean =>
  code !== 'pipeline/unknown-task' &&
  code !== 'pipeline/unknown-upstream' &&
  code !== 'pipeline/unknown-target'

async function readPipelineText(file: string): Promise<string> {
  try {
    const text = await readFile(file, 'utf8')
    if (!text.includes('\0')) return text
  } catch (error) {
    const reason = systemCode(error)
    const why =
      reason === 'ENOENT'
        ? 'there is no such file: romi-run init writes one to start from'
        : reason === 'EISDIR'
          ? 'it is a folder: name the pipeline file in it'
          : `it cannot be read (${reason ?? String(error)})`
    throw new RomiError('pipeline/unreadable', `${file}: ${why}`, { cause: error, facts: { file } })
  }
  throw new RomiError(
    'pipeline/unreadable',
    `${file}: it is no text, or text in UTF-16: save it as UTF-8`,
    { facts: { file } },
  )
}

async function loadNamedModules(
  document: Document | undefined,
  file: string,
  base: BaseOrigin,
  overrides: Overrides,
): Promise<LoadedLibrary> {
  const remarks = new Remarks()
  // What is wrong with the settings is told when the pipeline is parsed.
  const settings = document === undefined ? {} : readSettings(document, new Remarks())
  const named = overrides.modules === 'left' ? [] : (settings.modules ?? [])
  const from = new Map<string, Where>()
  const counted: string[] = []
  for (const [index, name] of named.entries()) {
    const where = document?.where(['romi', 'modules', index]) ?? {}
    const files = await findModule(name, dirname(resolve(file)))
    if (files.length === 0) remarkNoModule(name, where, remarks)
    for (const found of files) {
      if (from.has(found)) continue
      from.set(found, where)
      // A package says by its versions what it makes.
      if (isModulePath(name) && settings.code !== 'version') counted.push(found)
    }
  }
  const origin = { ...base, modules: [...from.keys()], counted }
  const { library, faults, unseen } = await gatherLibrary(origin)
  for (const fault of faults) remarkFault(fault, from, remarks)
  for (const one of unseen) remarkUnseen(one, remarks)
  return { library, origin, diagnostics: remarks.sorted() }
}

/** The files of one entry of `modules`: a path, a pattern or a package. */
async function findModule(name: string, folder: string): Promise<readonly string[]> {
  if (isModulePath(name)) {
    const found = plainFile(name, folder) ?? (await matchingFiles(name, folder))
    // A test that lies beside a task is no task.
    return found.filter((path) => !/\.(test|d)\.[cm]?[jt]s$/.test(basename(path))).sort()
  }
  const { createJiti } = await import('jiti')
  const parent = pathToFileURL(resolve(folder, 'pipeline.toml')).href
  const url = createJiti(parent).esmResolve(name, { parentURL: parent, try: true })
  return url === undefined ? [] : [url.startsWith('file:') ? fileURLToPath(url) : url]
}

/** The file of a path that no glob could understand otherwise, if it is there. */
function plainFile(name: string, folder: string): readonly string[] | undefined {
  if (!/^(?:\.\/)?\w[\w.-]*(?:\/\w[\w.-]*)*$/.test(name)) return undefined
  const path = resolve(folder, name)
  try {
    return lstatSync(path).isFile() ? [path.split(sep).join('/')] : undefined
  } catch {
    return undefined
  }
}

async function matchingFiles(pattern: string, folder: string): Promise<readonly string[]> {
  const { glob } = await import('tinyglobby')
  return glob(pattern, { cwd: folder, absolute: true, expandDirectories: false })
}

/** True of `./tasks/*.ts` and `leaf.ts`, false of `romi-flowers` and `@lab/tasks`. */
const isModulePath = (name: string): boolean =>
  name.startsWith('.') || isAbsolute(name) || /[*?{]|\.[cm]?[jt]s$/.test(name)

function remarkNoModule(name: string, where: Where, remarks: Remarks): void {
  remarks.error('pipeline/bad-module', where, {
    key: 'romi.modules',
    message: isModulePath(name)
      ? `no file matches "${name}": paths count from the folder of this file`
      : `there is no package "${name}": npm install it beside this file, or write "./${name}" for a file`,
  })
}

function remarkFault(fault: RomiError, from: ReadonlyMap<string, Where>, remarks: Remarks): void {
  // Safe: the loader writes these facts.
  const { file, line, column } = fault.facts as { file: string; line?: number; column?: number }
  const where = line === undefined ? (from.get(file) ?? {}) : { place: { file, line, column } }
  remarks.error('pipeline/bad-module', where, { key: 'romi.modules', message: fault.message })
}

function remarkUnseen({ file, line }: UnseenImport, remarks: Remarks): void {
  remarks.note(
    'pipeline/unseen-import',
    { place: { file, line } },
    {
      key: 'romi.modules',
      message:
        'this import is computed when the task runs, so a change of what it loads is not noticed: import by a literal path, or raise version when that changes',
    },
  )
}
