// A value that a parameter takes as it is: its schema would give the same, and is not made for it.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { param, type Param } from '../../src/task/param.ts'

const doc = ''
const params: Readonly<Record<string, Param>> = {
  'a number': param.float({ default: 0, doc }),
  'a number in a range': param.float({ default: 0, min: -1, max: 2, doc }),
  'a whole number': param.integer({ default: 0, doc }),
  'a whole number above 0': param.integer({ default: 1, min: 1, doc }),
  'true or false': param.boolean({ default: true, doc }),
  'a text': param.string({ default: '', doc }),
  'a choice': param.choice(['a', 'b'], { default: 'a', doc }),
  'a choice that may be empty': param.choice(['', 'a'], { default: 'a', doc, orEmpty: true }),
  numbers: param.numbers({ default: [], doc }),
  'three numbers': param.numbers({ default: [0, 0, 0], length: 3, doc }),
  'a query': param.query(),
  'a box': param.box({ default: undefined, doc }),
}

/** What a TOML file may say, and a little more. */
const values = fc.oneof(
  fc.constantFrom(0, -0, 1, 2, 2.5, -1, NaN, Infinity, -Infinity, 2 ** 53, -(2 ** 60), 1e-9),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom('', 'a', 'b', '1', '[1, 2]', 'true', undefined, null),
  fc.string(),
  fc.array(fc.oneof(fc.double(), fc.constantFrom('1', NaN)), { maxLength: 4 }),
  fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer())),
)

test.each(Object.entries(params))('what is plainly %s is what the schema makes of it', (_, of) => {
  fc.assert(
    fc.property(values, (value) => {
      if (of.isPlain(value))
        expect(of.schema.safeParse(value)).toEqual({ success: true, data: value })
    }),
    { numRuns: 300 },
  )
})

test.each([
  ['a number', [0, 1, -2.5]],
  ['a number in a range', [-1, 0.5, 2]],
  ['a whole number', [0, -7]],
  ['a whole number above 0', [1, 2]],
  ['true or false', [true, false]],
  ['a text', ['', 'words']],
  ['a choice', ['a', 'b']],
  ['a choice that may be empty', ['a']],
  ['numbers', [[], [1, 2.5]]],
  ['three numbers', [[1, 2, 3]]],
])('as %s, files mostly hold such as are plain: %j', (name, plain) => {
  expect(plain.filter((value) => !params[name].isPlain(value))).toEqual([])
})

test.each([
  ['a number in a range', [-1.1, 2.1, NaN, '1']],
  ['a whole number', [0.5, 2 ** 53, '1']],
  ['a choice that may be empty', ['', 'c']],
  ['three numbers', [[1, 2], [1, 2, '3'], '[1, 2, 3]']],
])('the schema is asked where what should be %s is not plainly so: %j', (name, others) => {
  expect(others.filter((value) => params[name].isPlain(value))).toEqual([])
})
