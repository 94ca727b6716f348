// Which organs made the steps that no true one stands for.
import { expect, test } from 'vitest'
import { evaluatePhyllotaxis } from '../../src/geometry/alignment/evaluate.ts'
import { extraOrgans } from '../../src/geometry/alignment/extra-organs.ts'

const truth = {
  angles: [137, 120, 150, 90, 170, 135, 200, 140],
  internodes: [10, 8, 12, 9, 15, 7, 11, 10],
}
const extra = (angles: readonly number[], internodes: readonly number[]) => {
  const evaluation = evaluatePhyllotaxis(truth, { angles, internodes })
  const organs = extraOrgans(evaluation.alignment, evaluation.measured)
  expect(organs).toHaveLength(evaluation.extra)
  return organs
}

test.each<[string, number[], number[], number[]]>([
  ['none', truth.angles, truth.internodes, []],
  ['one below the first', [250, ...truth.angles], [3, ...truth.internodes], [0]],
  ['two above the last', [...truth.angles, 80, 290], [...truth.internodes, 3, 2], [9, 10]],
  [
    'one in the midst, which splits a step in two',
    [137, 120, 60, 90, 90, 170, 135, 200, 140],
    [10, 8, 5, 7, 9, 15, 7, 11, 10],
    [3, 3],
  ],
  [
    'one that stands for two, as an organ was missed',
    [137, 120, 240, 170, 135, 200, 140],
    [10, 8, 21, 15, 7, 11, 10],
    [3],
  ],
])('%s', (_, angles, internodes, expected) => {
  expect(extra(angles, internodes)).toEqual(expected)
})
