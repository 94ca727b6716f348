// The page about accuracy keeps what it told where no more is known now.
import { expect, test } from 'vitest'
import { linesUnder, tableOf, withLinesBefore } from '../../bench/support/accuracy/lines-before.ts'

const page = `# Accuracy

Text with a | in it.

| plant | views | plants | right | fruit |
| ---: | ---: | ---: | ---: | ---: |
| default | 72 | 20 | 100.0 |  |
| branched | 36 | 10 | 96.8 | 1.5 |

## Another

| plant | plants |
| ---: | ---: |
| default | 3 |
`
const row = { plant: 'default', views: '72', plants: '20', right: '100.0', fruit: '' }
const sizeOf = ({ plants }: Readonly<Record<string, string | number>>) => Number(plants)
const merged = (rows: readonly (typeof row)[]) =>
  withLinesBefore(rows, linesUnder('# Accuracy', page), ['plant', 'views'], sizeOf)

test('lines of a page are those of the table under their heading, with empty cells', () => {
  const lines = linesUnder('# Accuracy', page)
  expect(lines).toHaveLength(2)
  expect(lines[0]).toEqual(row)
  expect(linesUnder('## Another', page)).toEqual([{ plant: 'default', plants: '3' }])
  expect(linesUnder('## None', page)).toEqual([])
  expect(page).toContain(tableOf(lines))
})

test('a line stays where nothing is known, or something of fewer plants; others are replaced or added', () => {
  expect(merged([])).toHaveLength(2)
  const fewer = { ...row, plants: '3', right: '90.0' }
  expect(merged([fewer])[0]).toEqual(row)
  const asMany = { ...row, right: '99.0' }
  const added = { ...row, views: '12' }
  const lines = merged([added, asMany])
  expect(lines.map(({ right }) => right)).toEqual(['99.0', '96.8', '100.0'])
  expect(lines[2]).toEqual(added)
})
