// measures.json, and measures.csv as people save it: read as meant, or refused with line and column.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { realDisk, type Disk } from '../../src/base/system.ts'
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

test('cells are read without the spaces around them, and a column may lack a name', async () => {
  expect(await measures(' angles ,,internodes\n 114.3 , ,1.3\n')).toMatchObject({
    angles: [114.3],
    internodes: [1.3],
    all: { angles: [114.3], internodes: [1.3] },
    path: join(folder, 'measures.csv'),
  })
})

test('each gap is told with its column, by number where there is no heading', async () => {
  const path = join(folder, 'measures.csv')
  const hint = 'it should give the lists "angles" and "internodes", from the base up'
  await expect(measures('114.3,1.3\n11,\nx,1\n')).rejects.toMatchObject({
    message: `${path} has no number where one should be (nothing in line 2, column 2; "x" in line 3, column 1): ${hint}`,
    facts: { path },
    cause: expect.any(Error),
  })
  await expect(measures('angles,internodes (cm)\n1,2\n')).rejects.toThrow(
    'lengths of this scan are in mm: give them in that unit, or set "unit" in the metadata of the scan',
  )
})

test('what is wrong with the disk is no fault of the table', async () => {
  await measures('angles,internodes\n1,2\n')
  const broken = new Error('ours')
  // Safe: it is asked for nothing else.
  const disk = {
    stat: (path: string) => realDisk.stat(path),
    readBytes: () => Promise.reject(broken),
  } as unknown as Disk
  await expect(readMeasures(disk, folder)).rejects.toBe(broken)
})

describe('measures.json', () => {
  const json = join(folder, 'measures.json')
  const read = (text: string) => {
    writeFileSync(json, text)
    onTestFinished(() => rmSync(json, { force: true }))
    return readMeasures(realDisk, folder)
  }

  test('is read before measures.csv, with all that it holds', async () => {
    await measures('angles,internodes\n1,2\n')
    expect(await read('{"angles": [137.5], "internodes": [3], "by": "me"}')).toEqual({
      angles: [137.5],
      internodes: [3],
      path: json,
      all: { angles: [137.5], internodes: [3], by: 'me' },
    })
    expect(await read('{}')).toEqual({ angles: [], internodes: [], path: json, all: {} })
  })

  test.each([
    ['{', 'is no valid JSON'],
    ['[1]', 'is no map'],
    ['{"angles": 137.5}', 'has no list "angles"'],
    ['{"internodes": {}}', 'has no list "internodes"'],
    ['{"angles": [137.5, "x"]}', 'has "x" in "angles"'],
  ])('%s is refused: it %s', async (text, why) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'store/measures-damaged',
      message: `${json} ${why}: it should give the lists "angles" and "internodes", from the base up`,
      facts: { path: json },
    })
  })

  test('or measures.csv may not be there', async () => {
    rmSync(join(folder, 'measures.csv'), { force: true })
    expect(await readMeasures(realDisk, folder)).toBeUndefined()
  })
})
