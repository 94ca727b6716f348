// Alignment against all alignments of short sequences, and what an evaluation counts.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { alignSequences, type StepSequence } from '../../src/geometry/alignment/align.ts'
import { angularDistance } from '../../src/geometry/angle.ts'
import { evaluatePhyllotaxis, mirror } from '../../src/geometry/alignment/evaluate.ts'

const step = fc.record({
  angle: fc.integer({ min: 0, max: 359 }),
  internode: fc.integer({ min: 0, max: 30 }),
})
const sequence = (maxLength: number): fc.Arbitrary<StepSequence> =>
  fc.array(step, { minLength: 1, maxLength }).map((steps) => ({
    angles: steps.map((s) => s.angle),
    internodes: steps.map((s) => s.internode),
  }))

/** The cheapest cost over every way to go through both sequences. */
function cheapest(reference: StepSequence, measured: StepSequence, freeEnds: number): number {
  const [n, m] = [reference.angles.length, measured.angles.length]
  const free = Math.floor(freeEnds * Math.min(n, m))
  const longest = Math.max(...reference.internodes, Number.MIN_VALUE)
  const total = (values: readonly number[], from: number, to: number) =>
    values.slice(from, to).reduce((a, b) => a + b, 0)
  const end = (i: number, j: number) =>
    i > Math.max(free, n - m) || j > Math.max(free, m - n) ? Infinity : 0.21 * i + 0.01 * j
  const onward = (i: number, j: number): number => {
    let best = end(n - i, m - j)
    for (let a = 1; a <= 3 && i + a <= n; a++)
      for (let b = 1; b <= 3 && j + b <= m; b++) {
        const turn = angularDistance(
          total(reference.angles, i, i + a),
          total(measured.angles, j, j + b),
        )
        const stretch = total(reference.internodes, i, i + a) - total(measured.internodes, j, j + b)
        const pair = Math.sqrt(0.5 * (turn / 180) ** 2 + 0.5 * (stretch / longest) ** 2)
        best = Math.min(best, pair + 0.1 * (a + b - 2) + onward(i + a, j + b))
      }
    return best
  }
  let best = Infinity
  for (let i = 0; i <= n; i++)
    for (let j = 0; j <= m; j++)
      if (end(i, j) < Infinity) best = Math.min(best, end(i, j) + onward(i, j))
  return best
}

test('no alignment of two short sequences is cheaper', () => {
  fc.assert(
    fc.property(
      sequence(5),
      sequence(5),
      fc.constantFrom(0, 0.4, 1),
      (reference, measured, freeEnds) => {
        const { cost } = alignSequences(reference, measured, { freeEnds })
        expect(cost).toBeCloseTo(cheapest(reference, measured, freeEnds), 9)
      },
    ),
    { seed: 1, numRuns: 150 },
  )
})

const truth: StepSequence = {
  angles: [137, 120, 150, 90, 170, 135, 200, 140, 110, 160],
  internodes: [10, 8, 12, 9, 15, 7, 11, 10, 13, 6],
}

test('a sequence against itself is right throughout', () => {
  const evaluation = evaluatePhyllotaxis(truth, truth)
  expect(evaluation).toMatchObject({ handedness: 'same', right: 10, missed: 0, extra: 0 })
  expect(evaluation.angle?.mae).toBe(0)
})

test('a missed organ costs its two steps and no more', () => {
  const measured = {
    angles: [137, 120, 240, 170, 135, 200, 140, 110, 160],
    internodes: [10, 8, 21, 15, 7, 11, 10, 13, 6],
  }
  expect(evaluatePhyllotaxis(truth, measured)).toMatchObject({ right: 8, missed: 2, extra: 1 })
})

test('an extra organ costs the step that it divides and no more', () => {
  const measured = {
    angles: [137, 120, 150, 30, 60, 170, 135, 200, 140, 110, 160],
    internodes: [10, 8, 12, 4, 5, 15, 7, 11, 10, 13, 6],
  }
  expect(evaluatePhyllotaxis(truth, measured)).toMatchObject({ right: 9, missed: 1, extra: 2 })
})

test('organs beyond the ends of the true sequence leave the others right', () => {
  const measured = {
    angles: [20, 300, ...truth.angles, 45],
    internodes: [1, 2, ...truth.internodes, 1],
  }
  expect(evaluatePhyllotaxis(truth, measured)).toMatchObject({ right: 10, missed: 0, extra: 3 })
})

test('a mirrored sequence is right as a whole and said to be mirrored', () => {
  const evaluation = evaluatePhyllotaxis(truth, mirror(truth))
  expect(evaluation).toMatchObject({ handedness: 'mirrored', right: 10 })
})

test('steps that are right under one handedness only do not add up with those of the other', () => {
  const half = mirror({ angles: truth.angles.slice(5), internodes: truth.internodes.slice(5) })
  const measured = {
    angles: [...truth.angles.slice(0, 5), ...half.angles],
    internodes: truth.internodes,
  }
  expect(evaluatePhyllotaxis(truth, measured).right).toBeLessThanOrEqual(6)
})

test('errors are summed as size and as bias', () => {
  const measured = {
    angles: truth.angles.map((angle) => angle + 3),
    internodes: truth.internodes.map((d, i) => d + (i % 2 ? 0.5 : -0.5)),
  }
  const { angle, internode, right } = evaluatePhyllotaxis(truth, measured)
  expect(right).toBe(10)
  expect(angle?.mae).toBeCloseTo(3)
  expect(angle?.bias).toBeCloseTo(3)
  expect(internode?.mae).toBeCloseTo(0.5)
  expect(internode?.bias).toBeCloseTo(0)
})

test('a right step has both its angle and its internode within tolerance', () => {
  const measured = { angles: [148, ...truth.angles.slice(1)], internodes: [...truth.internodes] }
  measured.internodes[5] = 10
  const evaluation = evaluatePhyllotaxis(truth, measured)
  expect(evaluation.right).toBe(8)
  expect(evaluation.rightAngles).toBe(9)
  const loose = { angleTolerance: 12, internodeTolerance: 0.4 }
  expect(evaluatePhyllotaxis(truth, measured, loose).right).toBe(10)
})
