// What people do between two runs, as data: so that a sequence that fails can be shrunk and read.
import fc from 'fast-check'
import { choices, stepNames, type Setting } from './wish.ts'

const words = fc.constantFrom('a', 'A', 'ab', 'aB', 'ba', 'abc')
const ids = fc.constantFrom('a', 'b', 'c', 'd')
const values = fc.constantFrom('p', 'q', undefined)
const index = fc.nat(30)
const as = <const T extends string>(name: T) => fc.constant(name)
// Safe: the keys of `choices` are the settings.
const settings = Object.keys(choices) as Setting[]

export const action = fc.oneof(
  fc.record({
    do: as('photograph'),
    id: ids,
    text: words,
    source: fc.constantFrom('images', 'others'),
  }),
  fc.record({ do: as('remove'), id: ids }),
  fc.record({
    do: as('describe'),
    id: ids,
    source: fc.constantFrom('images', 'others'),
    key: fc.constantFrom('channel', 'shift', 'camera', 'pose', 'level', 'weather', 'mirrored'),
    value: values,
  }),
  fc.record({ do: as('describe-fileset'), key: fc.constantFrom('mode', 'weather'), value: values }),
  fc.record({ do: as('describe-scan'), key: fc.constantFrom('unit', 'weather'), value: values }),
  fc.record({ do: as('delete'), index }),
  fc.record({
    do: as('spoil'),
    index,
    file: index,
    how: fc.constantFrom('delete', 'empty', 'edit', 'edit', 'damage'),
  }),
  fc.record({ do: as('force'), step: fc.constantFrom(...stepNames) }),
  fc.record({ do: as('raise'), step: fc.constantFrom(...stepNames) }),
  fc.record({ do: as('forget'), what: fc.constantFrom('records', 'digests') }),
  fc.record({ do: as('reorder') }),
  fc.record({ do: as('elsewhere'), text: words }),
  ...settings.map((key) =>
    fc.record({
      do: as('set'),
      key: fc.constant(key),
      value: fc.constantFrom<string>(...choices[key]),
    }),
  ),
)
export type Action = typeof action extends fc.Arbitrary<infer T> ? T : never

/** Some actions, then a run; several times. */
export const rounds = fc.array(fc.array(action, { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 6,
})
