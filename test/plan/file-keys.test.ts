// The keys of the single files of a file-by-file step: what enters them besides the file.
import { describe, expect, test } from 'vitest'
import { fileKeysOf } from '../../src/plan/file-keys.ts'
import type { ResolvedInput } from '../../src/plan/inputs/resolve.ts'
import { fileKeyOf } from '../../src/plan/key.ts'
import type { SeenContent } from '../../src/plan/facts/record.ts'
import type { ComputingStep } from '../../src/pipeline/pipeline.ts'
import { MemoryScan } from '../support/memory-scan.ts'
import { digest, seenFile } from '../support/records.ts'

const scan = new MemoryScan()
const stepOf = (name: string) => scan.pipeline(`[${name}]`).steps.get(name) as ComputingStep

/** What a slot sees. Safe: of an input the keys need no more. */
const input = (seen: Partial<SeenContent>, of = 'slot'): ResolvedInput =>
  ({ seen: { files: [], fileset: {}, scan: {}, ...seen }, digest: digest(of) }) as ResolvedInput

const files = [seenFile('a', { metadata: { pose: '1' } }), seenFile('b')]
const keysOf = (seen: Partial<SeenContent>, others: Record<string, ResolvedInput> = {}) =>
  fileKeysOf(stepOf('Warp'), 'upstream_task', {
    upstream_task: input({ files, ...seen }, 'the whole slot'),
    ...others,
  })
const keyOf = (i: number, others: Record<string, string>) =>
  // Safe: texts that stand where digests do.
  fileKeyOf(stepOf('Warp'), files[i], others as Record<string, ReturnType<typeof digest>>)

describe('the key of a file', () => {
  test('is that of the file alone where the slot reads nothing else', () => {
    expect(keysOf({})).toEqual(
      new Map([
        ['a', keyOf(0, {})],
        ['b', keyOf(1, {})],
      ]),
    )
  })

  test('is another with what all files of the slot have in common', () => {
    const shared = (text: string) => keyOf(1, { 'fileset and scan': text })
    expect(keysOf({ fileset: { unit: '1' } }).get('b')).toBe(shared('[{"unit":"1"},{},null]'))
    expect(keysOf({ scan: { unit: '1' } }).get('b')).toBe(shared('[{},{"unit":"1"},null]'))
    expect(keysOf({ fileset: { k: '1' }, scan: { k: '2' } }).get('b')).toBe(
      shared('[{"k":"1"},{"k":"2"},null]'),
    )
    expect(keysOf({ measures: '{}' }).get('b')).toBe(shared('[{},{},"{}"]'))
  })

  test('is another with what the other slots see', () => {
    const upstream = input({}, 'poses')
    expect(keysOf({}, { upstream_locate: upstream }).get('a')).toBe(
      keyOf(0, { upstream_locate: digest('poses') }),
    )
  })
})
