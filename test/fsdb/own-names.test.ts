// Names that the store gives, and look-ups that find nothing: what is ours, and what there was.
import { describe, expect, test } from 'vitest'
import { parseFilesetId } from '../../src/fsdb/ids.ts'
import { notFound, sameName } from '../../src/fsdb/lookup.ts'
import {
  draftName,
  isDraftName,
  isRetiredName,
  isRunId,
  isTemporaryName,
  newRunId,
  retiredName,
  temporaryName,
} from '../../src/fsdb/own-names.ts'

const uuid = '01234567-89ab-cdef-0123-456789abcdef'

describe('a name that the store gives', () => {
  test('is told from any other: of what is on its way', () => {
    expect(isTemporaryName(temporaryName())).toBe(true)
    expect(isTemporaryName(temporaryName(uuid))).toBe(true)
    expect(temporaryName(uuid).startsWith(`${uuid}.`)).toBe(true)
    for (const name of ['', `x${uuid}`, `${uuid}x`, `${uuid}.`, `${uuid}.${uuid}.`, uuid.slice(1)])
      expect(isTemporaryName(name)).toBe(false)
    for (const other of [undefined, 7, [uuid]]) expect(isTemporaryName(other)).toBe(false)
  })

  test('is told from any other: of a draft, which a key finds again', () => {
    const resumable = draftName({ label: 'Masks', key: 'k' })
    expect(resumable).toMatch(/^resumable-[0-9a-f]{32}$/)
    expect(draftName({ label: 'Other', key: 'k' })).toBe(resumable)
    expect(draftName({ label: 'Masks', key: 'l' })).not.toBe(resumable)
    const own = draftName({ label: 'Masks of ä/b' })
    expect(own.slice(0, 'Masks_of___b-'.length)).toBe('Masks_of___b-')
    expect(draftName({ label: 'x'.repeat(99) }).indexOf('-')).toBe(60)
    for (const name of [resumable, own, `-${uuid}`, `${'x'.repeat(60)}-${uuid}`])
      expect(isDraftName(name)).toBe(true)
    for (const name of [
      'by-hand',
      `${resumable}0`,
      `x${resumable}`,
      resumable.slice(0, -1),
      `${'x'.repeat(61)}-${uuid}`,
      `a.b-${uuid}`,
      `a-${uuid}x`,
    ])
      expect(isDraftName(name)).toBe(false)
  })

  test('is told from any other: of what is retired', () => {
    const id = parseFilesetId('y'.repeat(99))
    expect(retiredName(id, 12)).toBe(`${'y'.repeat(60)}-12`)
    expect(isRetiredName(retiredName(id, 12))).toBe(true)
    expect(isRetiredName('🌱-1')).toBe(true)
    for (const name of ['-1', 'a-0', 'a-01', 'a-', 'a', '.a-1', 'a-1x', `${'y'.repeat(61)}-1`])
      expect(isRetiredName(name)).toBe(false)
  })

  test('is told from any other: of a run, which begins with its time', () => {
    const run = newRunId(new Date('2026-05-03T01:02:03.456Z'))
    expect(run).toMatch(/^20260503T010203456-[0-9a-f]{6}$/)
    expect(isRunId(run)).toBe(true)
    for (const name of [
      `x${run}`,
      `${run}0`,
      run.slice(1),
      run.replace('T', ' '),
      undefined,
      [run],
    ])
      expect(isRunId(name)).toBe(false)
  })
})

describe('a look-up', () => {
  test('finds what differs in how its accents are stored', () => {
    expect(sameName('\u00e1', ['b', 'a\u0301'])).toBe('a\u0301')
    expect(sameName('a\u0301', ['b', '\u00e1'])).toBe('\u00e1')
    expect(sameName('\u00e1', ['a', 'b'])).toBeUndefined()
    expect(sameName('a', ['a'])).toBeUndefined()
  })

  test('that finds nothing lists what there is, up to twenty', () => {
    const error = notFound('file', 'z', 'images', ['a', 'b'])
    expect(error.code).toBe('store/file-missing')
    expect(error.message).toBe('there is no file "z" in images; there is: a, b')
    expect(error.facts).toEqual({ id: 'z', there: ['a', 'b'] })
    expect(notFound('scan', 'z', 'db', []).message).toBe(
      'there is no scan "z" in db; there is: none',
    )
    expect(notFound('scan', 'z', 'db', []).code).toBe('store/scan-missing')
    const many = Array.from({ length: 21 }, (_, i) => `f${i}`)
    expect(notFound('fileset', 'z', 'plant', many).message).toMatch(/f19, … \(21 in all\)$/)
    expect(notFound('fileset', 'z', 'plant', many.slice(1)).message).toMatch(/f19, f20$/)
  })
})
