// Copies of metadata that file-by-file steps carry on for other tools, told from what is a file's own.
import type { JsonObject } from '../../base/types.ts'

/** The metadata of a fileset that is carried on. */
export const inheritedByFilesets: readonly string[] = ['bounding_box', 'workspace', 'unit']

/** Metadata less the copies under these keys. */
export function withoutInherited(metadata: JsonObject, carried: readonly string[]): JsonObject {
  if (!carried.some((key) => Object.hasOwn(metadata, key))) return metadata
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => !carried.includes(key)))
}
