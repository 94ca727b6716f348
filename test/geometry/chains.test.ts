// Skeletons as chains, and chains with fewer points.
import { expect, test } from 'vitest'
import { chainsOf, simplified } from '../../src/geometry/skeleton/chains.ts'

const edgesOf = (chains: readonly (readonly number[])[]): string[] =>
  chains
    .flatMap((chain) =>
      chain.slice(1).map((to, i) => [chain[i], to].sort((a, b) => a - b).join('-')),
    )
    .sort()

test('a fork is three chains that meet where it branches', () => {
  const chains = chainsOf(7, [0, 1, 1, 2, 2, 3, 3, 4, 2, 5, 5, 6])
  expect(chains).toHaveLength(3)
  for (const chain of chains) expect([chain[0], chain.at(-1)]).toContain(2)
})

test('every line is in one chain, once, also in rings', () => {
  const lines = [0, 1, 1, 2, 2, 0, 2, 3, 4, 5, 5, 6, 6, 4, 7, 8]
  const chains = chainsOf(9, lines)
  const wanted = Array.from({ length: 8 }, (_, i) => [lines[2 * i], lines[2 * i + 1]])
  expect(edgesOf(chains)).toEqual(wanted.map((pair) => pair.sort((a, b) => a - b).join('-')).sort())
})

test('points on a straight line are left out, and a corner stays', () => {
  const points = [0, 0, 0, 1, 0, 0, 2, 0, 0, 2, 1, 0, 2, 2, 0]
  expect(simplified(points, [0, 1, 2, 3, 4], 0.01)).toEqual([0, 2, 4])
})

test('no point that is left out is farther off than the tolerance', () => {
  const count = 200
  const points = Array.from({ length: count }, (_, i) => [i / 10, Math.sin(i / 10), 0]).flat()
  const chain = Array.from({ length: count }, (_, i) => i)
  const kept = simplified(points, chain, 0.05)
  expect(kept.length).toBeLessThan(count / 4)
  for (const p of chain) {
    const next = kept.findIndex((one) => one >= p)
    const [a, b] = next === 0 ? [kept[0], kept[1]] : [kept[next - 1], kept[next]]
    const [x, y] = [points[3 * p], points[3 * p + 1]]
    const [ax, ay, bx, by] = [points[3 * a], points[3 * a + 1], points[3 * b], points[3 * b + 1]]
    const off = Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / Math.hypot(bx - ax, by - ay)
    expect(off).toBeLessThanOrEqual(0.05 + 1e-9)
  }
})
