// What a record must look like: one that a hand or a newer romi-run has changed is none of ours.
import { isDigest } from '../../base/digest.ts'
import { isJsonObject } from '../../base/types.ts'

type ShapeCheck = (value: unknown) => boolean

const isText: ShapeCheck = (value) => typeof value === 'string'
const isNumber: ShapeCheck = (value) => typeof value === 'number'
const maybe =
  (check: ShapeCheck): ShapeCheck =>
  (value) =>
    value === undefined || check(value)
const listOf =
  (check: ShapeCheck): ShapeCheck =>
  (value) =>
    Array.isArray(value) && value.every(check)
const mapOf =
  (check: ShapeCheck): ShapeCheck =>
  (value) =>
    isJsonObject(value) && Object.values(value).every(check)
const shape = (members: Readonly<Record<string, ShapeCheck>>): ShapeCheck => {
  const checks = Object.entries(members)
  return (value) => isJsonObject(value) && checks.every(([name, check]) => check(value[name]))
}

const texts = listOf(isText)
const refs = listOf(shape({ fileset: isText, file: isText }))
const seenFiles = listOf(
  shape({
    id: isText,
    extension: isText,
    digest: isText,
    metadata: mapOf(isText),
    lineage: refs,
    annotated: maybe(texts),
    own: maybe(texts),
  }),
)
const content = shape({
  files: seenFiles,
  fileset: mapOf(isText),
  scan: mapOf(isText),
  measures: maybe(isText),
})
const input = shape({
  from: isText,
  fileset: maybe(isText),
  maker: maybe(isText),
  digest: isText,
  lineage: texts,
  selection: isText,
  seen: content,
  passedOver: seenFiles,
})
const output = shape({
  file: isText,
  digest: isText,
  size: isNumber,
  key: maybe(isText),
  lineage: maybe(refs),
  metadata: maybe(isText),
  edited: maybe((value) => value === true),
  made: maybe(isText),
})
const made = shape({
  at: isText,
  seconds: isNumber,
  bytes: isNumber,
  host: isText,
  run: isText,
  versions: mapOf(isText),
  said: maybe(isText),
  warned: maybe(texts),
  coreSeconds: maybe(isNumber),
})

/** Whether a value has the members of a `StepRecord`, of the format that is written here. */
export const isRecord: ShapeCheck = shape({
  format: (value) => value === 1,
  key: isDigest,
  version: isNumber,
  code: maybe(shape({ digest: isText, parts: mapOf(isText) })),
  params: isJsonObject,
  inputs: mapOf(input),
  annotators: mapOf(isText),
  outputs: mapOf(output),
  lineage: texts,
  carried: maybe(texts),
  metadata: maybe(isText),
  made,
})
