// Names that we give and nobody else: what bears another name among ours is never removed.
import { randomBytes, randomUUID } from 'node:crypto'
import { sha256 } from '../base/digest.ts'
import type { FilesetId, RunId } from './id-types.ts'

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`)
const forms = {
  temporary: whole(`${uuid}(?:\\.${uuid})?`),
  draft: whole(`resumable-[0-9a-f]{32}|[A-Za-z0-9_-]{0,60}-${uuid}`),
  run: whole('\\d{8}T\\d{9}-[0-9a-f]{6}'),
}

/**
 * A new name of something that is on its way in or out.
 * @param writer the UUID of the writer, where others work beside it
 */
export const temporaryName = (writer?: string): string =>
  writer === undefined ? randomUUID() : `${writer}.${randomUUID()}`

/** True of such a name. */
export const isTemporaryName = (name: unknown): boolean =>
  typeof name === 'string' && forms.temporary.test(name)

/** A resumable draft is found again by its key; any other has a name of its own. */
export function draftName(about: { readonly label: string; readonly key?: string }): string {
  if (about.key !== undefined) return `resumable-${sha256(about.key).slice(0, 32)}`
  return `${about.label.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 60)}-${randomUUID()}`
}

/** True of the name of a draft. */
export const isDraftName = (name: string): boolean => forms.draft.test(name)

/** The n-th name of what is retired of a fileset; cut, so that the number fits into 255 bytes. */
export const retiredName = (id: FilesetId, n: number): string => `${id.slice(0, 60)}-${n}`

/** True of such a name. */
export const isRetiredName = (name: string): boolean =>
  /^.{1,60}-[1-9]\d*$/u.test(name) && !name.startsWith('.')

/** A new id of a run. */
export function newRunId(now: Date): RunId {
  const time = now.toISOString().slice(0, 23).replaceAll(/[-:.]/g, '')
  // Safe: this is the form that `isRunId` asks for.
  return `${time}-${randomBytes(3).toString('hex')}` as RunId
}

/** True of the id of a run. */
export const isRunId = (name: unknown): name is RunId =>
  typeof name === 'string' && forms.run.test(name)
