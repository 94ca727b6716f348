// measures.csv as people save it: read as it was meant, or refused with line and column.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { realDisk } from '../../src/base/system.ts'
import { readMeasures } from '../../src/fsdb/measures.ts'

const folder = mkdtempSync(join(tmpdir(), 'romi-measures-'))
afterAll(() => rmSync(folder, { recursive: true }))

function measures(text: string, unit?: string) {
  writeFileSync(join(folder, 'measures.csv'), text)
  return readMeasures(realDisk, folder, unit)
}

test.each([
  'angles,internodes\n114.3,1.3\n11.0,17.7\n',
  'angles;internodes\n114,3;1,3\n11,0;17,7\n',
  'angles,internodes\r114.3,1.3\r11.0,17.7\r',
  '\uFEFFOrgan;Internode (mm);Angle [deg];note\r\n1;1,3;114,3;\r\n2;17,7;11;bent\r\n',
  '114.3\t1.3\n11\t17.7',
])('%j is read', async (text) => {
  expect(await measures(text)).toMatchObject({ angles: [114.3, 11], internodes: [1.3, 17.7] })
})

test.each([
  ['a gap', 'angles,internodes\n114.3,1.3\n11.0,\n', /line 3, column "internodes"/],
  [
    'two gaps, both of which are told, the first line first',
    'angles,internodes\n114.3,1.3\n11.0,\n,1\n',
    /line 3, column "internodes".*line 4, column "angles"/,
  ],
  ['a gap in the first column', 'angles,internodes\n,1.3\n', /line 2, column "angles"/],
  ['a word', 'angles,internodes\nmany,1.3\n', /"many".*line 2/],
  [
    'two columns for angles',
    'angles,angle_sd,internodes\n1,2,3\n',
    /"angles" and "angle_sd".*line 1/,
  ],
  ['no column for internodes', 'angles,lengths\n1,2\n', /no column "internodes".*"lengths"/],
  ['three columns and no heading', '1,114.3,1.3\n', /3 columns/],
  ['two decimal marks', 'angles;internodes\n114,3;1.3\n', /line 2/],
  ['another unit', 'angles,internodes (cm)\n114.3,1.3\n', /\(cm\).*mm/],
])('%s is refused with its place', async (_, text, message) => {
  await expect(measures(text)).rejects.toMatchObject({
    code: 'store/measures-damaged',
    message: expect.stringMatching(message),
  })
})

test('lengths may be headed with the unit of the scan', async () => {
  expect(await measures('angles,internodes (cm)\n114.3,1.3\n', 'cm')).toMatchObject({
    internodes: [1.3],
  })
})
