// Differences between what a step was made from and what it is about to be made from.
import { describe, expect, test } from 'vitest'
import type { SeenContent, StepRecord } from '../../src/plan/facts/record.ts'
import { differences, nearestReason, type PendingStep } from '../../src/plan/reason.ts'
import { digest, inputOf, recordWith, seenFile } from '../support/records.ts'

const next = (told: Partial<PendingStep> = {}): PendingStep => ({
  version: 1,
  code: undefined,
  params: {},
  neutral: {},
  lines: {},
  inputs: {},
  ...told,
})

/** The difference between two contents of one slot. */
function changed(before: Partial<SeenContent>, after: Partial<SeenContent>) {
  const record = recordWith({ inputs: { slot: inputOf(before) } })
  const { digest: now, seen } = inputOf(after)
  return differences(record, next({ inputs: { slot: { step: 'Upper', digest: now, seen } } }))
}

const nothing = { added: [], removed: [], changed: [], metadata: [] }
const inputChanged = { why: 'input-changed', slot: 'slot', step: 'Upper', ...nothing }

describe('between a record and a step', () => {
  test('that are alike there is no difference', () => {
    const params = { a: 1, list: [1, 2] }
    expect(differences(recordWith({ params }), next({ params: { list: [1, 2], a: 1 } }))).toEqual(
      [],
    )
    expect(changed({ files: [seenFile('a')] }, { files: [seenFile('a')] })).toEqual([])
  })

  test('another version, and other code, are told before parameters', () => {
    const code = (
      word: string,
      parts: Readonly<Record<string, string>> = { 'a.ts': 'x', [word]: word },
    ) => ({
      digest: digest(word),
      parts,
    })
    const record = recordWith({ version: 2, params: { a: 1 }, code: code('old') })
    expect(differences(record, next({ version: 3, params: { a: 2 }, code: code('new') }))).toEqual([
      { why: 'version', from: 2, to: 3 },
      { why: 'code', file: 'new', change: 'other' },
      { why: 'parameter', changes: [{ name: 'a', from: 1, to: 2 }] },
    ])
    expect(differences(recordWith(), next({ code: code('new') }))).toEqual([
      { why: 'code', file: 'a.ts', change: 'counts-now' },
    ])
    expect(differences(recordWith({ code: code('old') }), next())).toEqual([
      { why: 'code', file: 'a.ts', change: 'counts-no-more' },
    ])
    // A file of the module that is there no more is named, where all others are the same.
    expect(
      differences(
        recordWith({ code: code('both', { 'a.ts': 'x', 'b.ts': 'y' }) }),
        next({ code: code('one', { 'a.ts': 'x' }) }),
      ),
    ).toEqual([{ why: 'code', file: 'b.ts', change: 'other' }])
    expect(
      differences(recordWith({ code: code('some', {}) }), next({ code: code('none', {}) })),
    ).toEqual([{ why: 'code', file: '', change: 'other' }])
  })

  test('parameters differ by name, in order of the alphabet, with the line that sets them', () => {
    const record = recordWith({ params: { same: 1, z: 1, gone: 'x' } })
    const now = next({ params: { same: 1, z: 2, added: true }, lines: { z: 7, same: 3 } })
    expect(differences(record, now)).toEqual([
      {
        why: 'parameter',
        changes: [
          { name: 'added', from: undefined, to: true },
          { name: 'gone', from: 'x', to: undefined },
          { name: 'z', from: 1, to: 2, line: 7 },
        ],
      },
    ])
  })

  test('a parameter that a record does not have stood at what means "as before"', () => {
    const neutral = { later: 'none' }
    expect(differences(recordWith(), next({ neutral, params: { later: 'none' } }))).toEqual([])
    expect(differences(recordWith(), next({ neutral, params: {} }))).toEqual([])
    expect(differences(recordWith(), next({ neutral, params: { later: 'some' } }))).toEqual([
      { why: 'parameter', changes: [{ name: 'later', from: 'none', to: 'some' }] },
    ])
    expect(differences(recordWith({ params: { later: 'some' } }), next({ neutral }))).toEqual([
      { why: 'parameter', changes: [{ name: 'later', from: 'some', to: 'none' }] },
    ])
  })
})

describe('between two contents of a slot', () => {
  test('files are added, removed, or have other bytes or another extension', () => {
    const before = { files: [seenFile('a'), seenFile('b'), seenFile('c'), seenFile('d')] }
    const after = {
      files: [
        seenFile('b', { digest: digest('other') }),
        seenFile('c', { extension: 'png' }),
        seenFile('d'),
        seenFile('e'),
      ],
    }
    expect(changed(before, after)).toEqual([
      { ...inputChanged, added: ['e'], removed: ['a'], changed: ['b', 'c'] },
    ])
  })

  test('metadata of files that changed alike are told once, with the values', () => {
    const of = (channel: string | undefined, pose = '1') => ({
      files: ['a', 'b', 'c'].map((id) =>
        seenFile(id, {
          metadata: { ...(channel !== undefined && { channel }), pose: id === 'c' ? pose : '0' },
        }),
      ),
    })
    expect(changed(of(undefined), of('"rgb"', '2'))).toEqual([
      {
        ...inputChanged,
        metadata: [
          { key: 'channel', files: ['a', 'b', 'c'], values: { to: '"rgb"' } },
          { key: 'pose', files: ['c'], values: { from: '1', to: '2' } },
        ],
      },
    ])
    expect(changed(of('"rgb"'), of(undefined))).toEqual([
      {
        ...inputChanged,
        metadata: [{ key: 'channel', files: ['a', 'b', 'c'], values: { from: '"rgb"' } }],
      },
    ])
  })

  test('metadata that changed each in its own way are told without values', () => {
    const of = (a: string, b: string) => ({
      files: [seenFile('a', { metadata: { pose: a } }), seenFile('b', { metadata: { pose: b } })],
    })
    const told = (before: [string, string], after: [string, string]) =>
      changed(of(...before), of(...after)).map((reason) => 'metadata' in reason && reason.metadata)
    const without = [[{ key: 'pose', files: ['a', 'b'] }]]
    expect(told(['1', '1'], ['2', '3'])).toEqual(without)
    expect(told(['1', '0'], ['2', '2'])).toEqual(without)
  })

  test('values that are known by their digests alone are not told', () => {
    const of = (value: string) => ({ fileset: { box: value } })
    expect(changed(of('[1]'), of(digest('[2]')))).toEqual([
      { ...inputChanged, metadata: [{ key: 'box', files: [] }] },
    ])
    expect(changed(of(digest('[1]')), of('[2]'))).toEqual([
      { ...inputChanged, metadata: [{ key: 'box', files: [] }] },
    ])
  })

  test('metadata of fileset and scan, and the measures, belong to no file', () => {
    const before = { fileset: { box: '1' }, scan: { unit: '"mm"' }, measures: '{}' }
    const after = { fileset: { box: '2' }, scan: { unit: '"cm"' }, measures: '[]' }
    expect(changed(before, after)).toEqual([
      {
        ...inputChanged,
        metadata: [
          { key: 'box', files: [], values: { from: '1', to: '2' } },
          { key: 'measures', files: [], values: { from: '{}', to: '[]' } },
          { key: 'unit', files: [], values: { from: '"mm"', to: '"cm"' } },
        ],
      },
    ])
    expect(changed({}, { measures: '{}' })).toMatchObject([
      { metadata: [{ key: 'measures', values: { to: '{}' } }] },
    ])
  })

  test('a slot that is new has all that it sees added, one that is gone all removed', () => {
    const { digest: now, seen } = inputOf({ files: [seenFile('a')], scan: { unit: '"mm"' } })
    const inputs = { slot: { step: 'Upper', digest: now, seen } }
    const unit = (values: object) => [{ key: 'unit', files: [], values }]
    expect(differences(recordWith(), next({ inputs }))).toEqual([
      { ...inputChanged, added: ['a'], metadata: unit({ to: '"mm"' }) },
    ])
    const before = recordWith({ inputs: { slot: inputOf({ ...seen, measures: '1' }) } })
    expect(differences(before, next())).toEqual([
      {
        ...inputChanged,
        removed: ['a'],
        metadata: [
          { key: 'measures', files: [], values: { from: '1' } },
          ...unit({ from: '"mm"' }),
        ],
      },
    ])
  })

  test('an input that is not known yet is no difference', () => {
    const record = recordWith({ inputs: { slot: inputOf({ files: [seenFile('a')] }) } })
    expect(differences(record, next({ inputs: { slot: undefined } }))).toEqual([])
  })
})

describe('of several records', () => {
  const a = (value: number, more: Partial<StepRecord> = {}) =>
    recordWith({ params: { a: value, b: 1 }, ...more })
  const now = next({ params: { a: 0, b: 1 } })
  const parameter = (from: number) => ({
    why: 'parameter',
    changes: [{ name: 'a', from, to: 0 }],
  })

  test('the one that differs least tells why, and of equals the latest', () => {
    expect(nearestReason([a(1), a(2)], now)).toEqual(parameter(2))
    const far = recordWith({ params: { a: 3, b: 3 } })
    expect(nearestReason([a(1), far], now)).toEqual(parameter(1))
    // Another version is one difference, as one parameter is.
    expect(nearestReason([a(1), a(2, { version: 9 })], now)).toEqual(parameter(1))
    expect(nearestReason([far, a(0, { version: 9 })], now)).toEqual({
      why: 'version',
      from: 9,
      to: 1,
    })
  })

  test('none tells nothing, and one that is alike no reason', () => {
    expect(nearestReason([], now)).toBeUndefined()
    expect(nearestReason([a(0)], now)).toBeUndefined()
  })
})
