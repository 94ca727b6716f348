// What COLMAP's commands print, in the forms of 3.8 (bare) and of later versions (behind a prefix).
import { expect, test } from 'vitest'
import {
  FeatureReport,
  featuresStep,
  matchingStep,
  registeredCount,
} from '../../../tasks/colmap/output.ts'
import { optionsIn } from '../../../tasks/colmap/program.ts'

const prefix = 'I20240407 11:08:26.539500 15472 pairing.cc:122] '

test.each(['', prefix])('how far a command is can be read: "%s"', (before) => {
  expect(featuresStep(`${before}Processed file [3/60]`)).toEqual({ done: 3, total: 60 })
  expect(matchingStep(`${before}Matching block [2/3, 1/3] in 12.1s`)).toEqual({ done: 4, total: 9 })
  expect(matchingStep(`${before}Matching block [1/4] in 3.2s`)).toEqual({ done: 1, total: 4 })
  expect(matchingStep(`${before}Matching image [7/60] in 0.5s`)).toEqual({ done: 7, total: 60 })
  expect(registeredCount(`${before}Registering image #12 (9)`)).toBe(9)
})

test('newer versions number blocks and frames in other words', () => {
  expect(matchingStep('Processing block [1/2, 2/2]')).toEqual({ done: 2, total: 4 })
  expect(registeredCount('Registering image #12 (num_reg_frames=9)')).toBe(9)
})

test('other lines are no progress', () => {
  expect(featuresStep('  Features:        254')).toBeUndefined()
  expect(matchingStep('Elapsed time: 0.012 [minutes]')).toBeUndefined()
  expect(registeredCount('  => Image sees 123 / 345 points')).toBeUndefined()
})

test('features are counted image by image, and refusals have their reason', () => {
  const report = new FeatureReport()
  const lines = `
Processed file [1/3]
  Name:            b.jpg
  ERROR: Failed to read image file format.
Processed file [2/3]
  Name:            c.jpg
  ERROR: Single camera specified, but images have different dimensions.
Processed file [3/3]
  Name:            a.jpg
  Dimensions:      640 x 480
  Features:        254
Elapsed time: 0.012 [minutes]`
  for (const line of lines.split('\n')) report.read(line)
  expect([...report.counts]).toEqual([['a.jpg', 254]])
  expect([...report.refused.keys()]).toEqual(['b.jpg', 'c.jpg'])
})

test('options are what a command’s help lists', () => {
  const help = `
Options can either be specified via command-line or by defining
them in a .ini project file passed to \`--project_path\`.
  -h [ --help ]
  --random_seed arg (=0)
  --SiftExtraction.use_gpu arg (=1)`
  expect([...optionsIn(help)]).toEqual([
    'project_path',
    'help',
    'random_seed',
    'SiftExtraction.use_gpu',
  ])
})
