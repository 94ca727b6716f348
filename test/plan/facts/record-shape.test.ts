// What makes a record whole, member by member, and how it is written into metadata.
import { describe, expect, test } from 'vitest'
import type { Json } from '../../../src/base/types.ts'
import { isRecord } from '../../../src/plan/facts/record-shape.ts'
import { recordIn, recordMetadata } from '../../../src/plan/facts/record.ts'
import { digest, inputOf, recordWith, seenFile } from '../../support/records.ts'

describe('a record', () => {
  const lineage = [{ fileset: 'images', file: 'a' }]
  const seen = seenFile('a', { metadata: { pose: '1' }, lineage, annotated: ['pose'], own: ['k'] })
  const whole = recordWith({
    code: { digest: digest('code'), parts: { main: 'x' } },
    params: { threshold: 1 },
    inputs: {
      slot: inputOf(
        { files: [seen], fileset: { box: '1' }, scan: { unit: '"mm"' }, measures: '{}' },
        { fileset: 'images', maker: digest('maker'), lineage: ['images'], passedOver: [seen] },
      ),
    },
    annotators: { Locate: digest('locate') },
    outputs: {
      a: {
        file: 'a.txt',
        digest: digest('a'),
        size: 1,
        key: digest('key'),
        lineage,
        metadata: digest('metadata'),
        edited: true,
        made: digest('made'),
      },
    },
    lineage: ['images'],
    carried: ['pose'],
    metadata: digest('metadata'),
    made: {
      at: '2026',
      seconds: 1,
      bytes: 1,
      host: 'here',
      run: 'run',
      versions: { node: '20' },
      said: 'done',
      coreSeconds: 2,
    },
  })
  const optional =
    /^(code|carried|metadata|inputs\.slot\.(fileset|maker|seen\.measures)|.*\.(annotated|own)|outputs\.a\.(key|lineage|metadata|edited|made)|made\.(said|coreSeconds))$/
  /** Members of maps, any of which may be absent. */
  const member =
    /(^(params|annotators|inputs|outputs|code\.parts)\.[^.]+$|\.metadata\.pose$|\.(seen\.(fileset|scan))\.[^.]+$|versions\.node$|\.\d+$)/

  /** Every place inside a value. */
  const placesIn = (value: unknown, at = ''): string[] =>
    typeof value !== 'object' || value === null
      ? []
      : Object.entries(value).flatMap(([key, inner]) => {
          const here = at === '' ? key : `${at}.${key}`
          return [here, ...placesIn(inner, here)]
        })

  /** A copy with something else at a place; with nothing, if that is `undefined`. */
  const withAt = (value: unknown, [first, ...rest]: readonly string[], by: unknown): unknown => {
    if (Array.isArray(value))
      return value.flatMap((item: unknown, i) => {
        if (String(i) !== first) return [item]
        return rest.length > 0 ? [withAt(item, rest, by)] : by === undefined ? [] : [by]
      })
    const { [first]: old, ...others } = value as Readonly<Record<string, unknown>>
    if (rest.length > 0) return { ...others, [first]: withAt(old, rest, by) }
    return by === undefined ? others : { ...others, [first]: by }
  }

  test('is whole with all its members, and with those alone that must be there', () => {
    expect(isRecord(whole)).toBe(true)
    expect(isRecord(recordWith())).toBe(true)
    for (const place of placesIn(whole)) {
      const isFree = optional.test(place) || member.test(place)
      expect([place, isRecord(withAt(whole, place.split('.'), undefined))]).toEqual([place, isFree])
    }
  })

  test('has members of their kinds', () => {
    for (const place of placesIn(whole)) {
      if (place.startsWith('params.')) continue
      for (const wrong of [null, Symbol.iterator])
        expect([place, isRecord(withAt(whole, place.split('.'), wrong))]).toEqual([place, false])
    }
    for (const wrong of [undefined, null, 'text', 1, [], [whole]])
      expect(isRecord(wrong)).toBe(false)
    expect(isRecord({ ...whole, format: 2 })).toBe(false)
    expect(isRecord({ ...whole, key: 'no digest' })).toBe(false)
    expect(isRecord(withAt(whole, ['outputs', 'a', 'edited'], false))).toBe(false)
    expect(isRecord(withAt(whole, ['inputs', 'slot', 'lineage'], ['a', 1]))).toBe(false)
    expect(isRecord(withAt(whole, ['annotators', 'b'], 1))).toBe(false)
  })

  test('is written beside what ROMI’s tools read, and never one that would not be read back', () => {
    const metadata = recordMetadata('Upper', whole, { unit: 'mm' })
    expect(metadata).toEqual({
      unit: 'mm',
      task_name: 'Upper',
      task_params: { threshold: 1, slot: 'Upper' },
      romi: whole,
    })
    expect(recordIn(metadata)).toBe(whole)
    expect(recordIn(metadata)).toBe(whole)
    expect(recordIn({ romi: { ...whole, format: 2 } as unknown as Json })).toBeUndefined()
    expect(recordIn({})).toBeUndefined()
    expect(() => recordMetadata('Upper', { ...whole, version: NaN, key: '' as never }, {})).toThrow(
      TypeError,
    )
  })
})
