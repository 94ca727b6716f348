// The order of steps.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { closureOf, orderSteps } from '../../src/pipeline/order.ts'

test('each step comes after those that it reads, else in the order given', () => {
  const reads = new Map([
    ['d', ['b', 'c']],
    ['c', ['a']],
    ['b', ['a']],
    ['a', []],
  ])
  expect(orderSteps(reads)).toEqual({ steps: ['a', 'b', 'c', 'd'], cycles: [] })
  expect([...closureOf(['c'], (step) => reads.get(step) ?? [])].sort()).toEqual(['a', 'c'])
})

test('any graph without a cycle is ordered, and an edge back makes a cycle', () => {
  const edges = fc.uniqueArray(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 20 })
  fc.assert(
    fc.property(edges, fc.boolean(), (pairs, isClosed) => {
      // From a higher number to a lower one only: no cycle.
      const reads = new Map<string, string[]>()
      for (let i = 0; i < 8; i++) {
        const lower = pairs.filter(([a, b]) => Math.max(a, b) === i && a !== b)
        reads.set(
          String(i),
          lower.map((pair) => String(Math.min(...pair))),
        )
      }
      if (isClosed) {
        reads.get('7')?.push('0')
        reads.get('0')?.push('7')
      }
      const { steps, cycles } = orderSteps(reads)
      expect(new Set(steps)).toEqual(new Set(reads.keys()))
      if (isClosed) expect(cycles.length).toBeGreaterThan(0)
      else {
        expect(cycles).toEqual([])
        for (const [step, upstreams] of reads) {
          for (const upstream of upstreams) {
            expect(steps.indexOf(upstream)).toBeLessThan(steps.indexOf(step))
          }
        }
      }
    }),
  )
})
