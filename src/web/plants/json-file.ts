// A JSON file of a fileset, read as it is.
import { parseJson } from '../../base/json.ts'
import type { Json } from '../../base/types.ts'
import type { Fileset } from '../../fsdb/fileset.ts'

/** What a file of a fileset holds; `undefined` if it is not there or no JSON: its step tells of that. */
export async function jsonIn(fileset: Fileset, id: string): Promise<Json | undefined> {
  if (!(await fileset.hasFile(id))) return undefined
  const file = await fileset.getFile(id)
  if (file.extension.toLowerCase() !== 'json') return undefined
  try {
    return parseJson(Buffer.from(await file.read()).toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
