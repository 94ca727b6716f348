// Checks: values of a record held against limits, whole results and file by file.
import { describe, expect, test } from 'vitest'
import { doubtsIn, judge } from '../../src/plan/checks.ts'
import type { OutputRecord } from '../../src/plan/facts/record.ts'
import type { Check, CheckedValue } from '../../src/task/check.ts'
import { tasks } from '../support/tasks.ts'
import { digest, recordWith } from '../support/records.ts'

const task = (name: string) => tasks.find((of) => of.name === name)!

/** What is told of one check of a whole result. */
const whole = (check: Partial<Check>, value: CheckedValue | undefined, edited: string[] = []) =>
  judge(
    { task: task('Count'), checks: { share: { doc: '', ...check } } },
    recordWith({ checks: value ? { share: value } : {} }),
    edited,
  )[0]

/** What is told of one check of files, by their values. */
const files = (
  check: Partial<Check>,
  values: Readonly<Record<string, number | undefined>>,
  edited: string[] = [],
) => {
  const outputs = Object.entries(values).map(([id, value]): [string, OutputRecord] => [
    id,
    {
      file: `${id}.txt`,
      digest: digest(id),
      size: 1,
      ...(value !== undefined && { checks: { share: { value } } }),
    },
  ])
  const record = recordWith({ outputs: Object.fromEntries(outputs) })
  return judge({ task: task('Upper'), checks: { share: { doc: '', ...check } } }, record, edited)[0]
}

describe('a check of a whole result', () => {
  test('is fine on its limits, and broken beyond them', () => {
    const limits = { min: 2, max: 4 }
    for (const value of [2, 3, 4])
      expect(whole(limits, { value })).toStrictEqual({
        check: 'share',
        is: 'fine',
        limits,
        range: { least: value, median: value, greatest: value },
        broken: [],
      })
    expect(whole({ ...limits, low: 'look' }, { value: 1.5 })).toStrictEqual({
      check: 'share',
      is: 'broken',
      limits,
      range: { least: 1.5, median: 1.5, greatest: 1.5 },
      broken: [{ value: 1.5 }],
      message: 'share is 1.5, below 2: look',
    })
    expect(whole({ ...limits, high: 'look' }, { value: 5 }).message).toBe(
      'share is 5, above 4: look',
    )
  })

  test('without limits tells its value, and with one limit only that is held', () => {
    expect(whole({}, { value: 7 })).toMatchObject({ is: 'fine', limits: {} })
    expect(whole({ min: 0 }, { value: 7 })).toMatchObject({ is: 'fine', limits: { min: 0 } })
    expect(whole({ max: 0 }, { value: -7 })).toMatchObject({ is: 'fine', limits: { max: 0 } })
  })

  test('has its unit, three digits, and what the task noted, in its message', () => {
    const report = whole({ max: 1, unit: 'mm' }, { value: 1.23456, note: 'of 2 files' })
    expect(report).toMatchObject({ unit: 'mm' })
    expect(report.message).toBe('share is 1.23 mm (of 2 files), above 1 mm')
  })

  test('of a value that is far from others is nothing: there are no others', () => {
    expect(whole({ far: 2 }, { value: 1000 })).toMatchObject({ is: 'fine', limits: { far: 2 } })
  })

  test('that the result does not have is not known', () => {
    expect(whole({ min: 2 }, undefined)).toStrictEqual({
      check: 'share',
      is: 'unknown',
      limits: { min: 2 },
      broken: [],
    })
  })

  test('does not hold once somebody changed the result', () => {
    expect(whole({ min: 2 }, { value: 1 }, ['text'])).toStrictEqual({
      check: 'share',
      is: 'edited',
      limits: { min: 2 },
      edited: ['text'],
      broken: [],
    })
  })
})

describe('a check of files', () => {
  test('tells range and number of all, and the broken ones by name', () => {
    expect(files({ max: 4 }, { a: 3, b: 1, c: 2, d: 4, e: undefined })).toStrictEqual({
      check: 'share',
      is: 'fine',
      limits: { max: 4 },
      range: { least: 1, median: 2.5, greatest: 4 },
      files: 4,
      broken: [],
    })
    expect(files({ max: 2, high: 'cut' }, { a: 10, b: 9, c: 2 })).toStrictEqual({
      check: 'share',
      is: 'broken',
      limits: { max: 2 },
      range: { least: 2, median: 9, greatest: 10 },
      files: 3,
      broken: [
        { file: 'a', value: 10 },
        { file: 'b', value: 9 },
      ],
      message: 'share of a (10), b (9) is above 2: cut',
    })
  })

  test('names the low ones before the high ones', () => {
    const { broken, message } = files({ min: 2, max: 4, unit: 'px' }, { a: 5, b: 1, c: 3 })
    expect(broken.map(({ file }) => file)).toEqual(['b', 'a'])
    expect(message).toBe('share of b (1 px) is below 2 px; share of a (5 px) is above 4 px')
  })

  test('finds those far from the median, on either side, but not at the very limit', () => {
    const { broken, message } = files({ far: 2, odd: 'look' }, { a: 4, b: 8, c: 8.1, d: 2, e: 1.9 })
    expect(broken.map(({ file }) => file)).toEqual(['c', 'e'])
    expect(message).toBe('share of c (8.1), e (1.9) is more than 2 times off the median 4: look')
    expect(files({ far: 2 }, { a: 4, b: 8, c: 2 })).toMatchObject({ is: 'fine' })
  })

  test('leaves out those that somebody changed, and names them', () => {
    expect(files({ max: 2 }, { a: 3, b: 1 }, ['a', 'z'])).toStrictEqual({
      check: 'share',
      is: 'fine',
      limits: { max: 2 },
      range: { least: 1, median: 1, greatest: 1 },
      files: 1,
      edited: ['a'],
      broken: [],
    })
    expect(files({ max: 2 }, { a: 3 }, ['a'])).toStrictEqual({
      check: 'share',
      is: 'edited',
      limits: { max: 2 },
      edited: ['a'],
      broken: [],
    })
  })

  test('of which no file has a value is not known', () => {
    expect(files({ max: 2 }, { a: undefined })).toStrictEqual({
      check: 'share',
      is: 'unknown',
      limits: { max: 2 },
      broken: [],
    })
  })
})

test('the limits of the pipeline are those that count, else those of the task', () => {
  const record = recordWith({ checks: { texts: { value: 1 } } })
  expect(judge({ task: task('Tally') }, record, [])).toMatchObject([{ is: 'broken' }])
  const checks = { texts: { doc: '', min: 1 } }
  expect(judge({ task: task('Tally'), checks }, record, [])).toMatchObject([{ is: 'fine' }])
  expect(judge({ task: task('Count') }, record, [])).toEqual([])
  expect(judge({ task: task('ImagesFilesetExists'), checks }, record, [])).toEqual([])
})

test('doubts are the messages of the broken checks', () => {
  const broken = whole({ max: 1 }, { value: 2 })
  expect(doubtsIn([whole({ max: 1 }, { value: 1 }), broken])).toEqual([broken.message])
  expect(doubtsIn(undefined)).toEqual([])
})
