// A pipeline file read with ROMI's tasks, and its diagnostics in short.
import type { Diagnostic } from '../../src/pipeline/diagnostic.ts'
import { parsePipeline, type Overrides } from '../../src/pipeline/parse.ts'
import type { Pipeline, Step } from '../../src/pipeline/pipeline.ts'
import { romiLibrary } from './romi-tasks.ts'

/** The name of the file that is read. */
export const file = 'geom.toml'

/** The pipeline of a file without a mistake. */
export function pipelineOf(text: string, overrides?: Overrides, library = romiLibrary): Pipeline {
  const parsed = parsePipeline(text, file, library, overrides)
  if (parsed.is === 'wrong') throw new Error(JSON.stringify(parsed.diagnostics, undefined, 2))
  return parsed.pipeline
}

/** One of its steps. */
export function stepOf(name: string, text: string, overrides?: Overrides): Step {
  const step = pipelineOf(text, overrides).steps.get(name)
  if (step === undefined) throw new Error(`no step ${name}`)
  return step
}

/** What is wrong, in short: code without its area, line or flag, key, suggestion. */
export function mistakesIn(text: string, overrides?: Overrides, library = romiLibrary): string[] {
  const parsed = parsePipeline(text, file, library, overrides)
  if (parsed.is === 'ok') return []
  return parsed.diagnostics.filter(({ severity }) => severity === 'error').map(short)
}

/** What is noted of a file without a mistake, in short. */
export const notesIn = (text: string, library = romiLibrary): string[] =>
  pipelineOf(text, {}, library).notes.map(short)

/** A diagnostic in short. */
export function short({ code, place, flag, key, suggestion }: Diagnostic): string {
  const at = flag ?? (place === undefined ? 'nowhere' : `line ${place.line}`)
  const meant = suggestion === undefined ? '' : ` → ${suggestion}`
  return `${code.replace('pipeline/', '')}, ${at}: ${key ?? '?'}${meant}`
}
