// Disjoint sets, against relabelling everything at each join.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DisjointSets } from '../../src/geometry/graph/disjoint-sets.ts'

test('after any joins, two numbers are of one set exactly if a chain of joins leads from one to the other', () => {
  const pairs = fc.array(fc.tuple(fc.nat(19), fc.nat(19)))
  fc.assert(
    fc.property(pairs, (joins) => {
      const sets = new DisjointSets(20)
      let labels = Array.from({ length: 20 }, (_, i) => i)
      for (const [a, b] of joins) {
        expect(sets.join(a, b)).toBe(labels[a] !== labels[b])
        labels = labels.map((label) => (label === labels[a] ? labels[b] : label))
      }
      const sameAs = (all: readonly number[]) =>
        all.map((label) => all.map((other) => label === other))
      expect(sameAs(labels.map((_, i) => sets.of(i)))).toEqual(sameAs(labels))
    }),
  )
})
