// Text from disk does not steer the terminal, nor a spreadsheet.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { harmlessCell } from '../../src/base/csv.ts'
import { styleFor } from '../../src/cli/report/style.ts'
import { asWritten, controlSequence, withoutControls } from '../../src/cli/report/visible.ts'
import { Collected, Desk } from '../support/command-line.ts'

describe('what is written', () => {
  test('shows control characters and turned writing as escapes', () => {
    expect(asWritten('a\u001b]0;x\u0007 \u009b31m \u007f \u202egnp.exe\u2066')).toBe(
      'a\\u001b]0;x\\u0007 \\u009b31m \\u007f \\u202egnp.exe\\u2066',
    )
  })

  test('leaves letters of any language, tabs and line ends', () => {
    const text = 'Ähre 穂\tسنبلة\r\n🌱\n'
    expect(asWritten(text)).toBe(text)
    expect(asWritten('50 %\r100 %\n')).toBe('50 %\\u000d100 %\n')
  })

  test('what is written has our own colours and nothing else that a terminal obeys', () => {
    const { red } = styleFor(new Collected(), 'always', {})
    expect(asWritten(red('a\u001b[1mb'))).toBe('\u001b[31ma\\u001b[1mb\u001b[39m')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // oxlint-disable-next-line no-control-regex -- they are what may not be there
        expect(asWritten(text)).not.toMatch(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]/)
      }),
    )
  })

  test('what is written of JSON stays the same JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(asWritten(JSON.stringify(text)))).toBe(text)
      }),
    )
  })

  test('goes through the filter, unless it is asked for as it is', () => {
    const stream = new Collected(true)
    const shown = withoutControls(stream)
    shown.write(`\u0007${controlSequence('J')}`)
    shown.asIs?.write('\u0007')
    expect(stream.text).toBe('\\u0007\u001b[J\u0007')
    expect(shown.isTTY).toBe(true)
  })
})

describe('a cell', () => {
  test.each(['=1+1', '+cmd', '-a', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1', '-', '+-1', '-1-1'])(
    '%j that a spreadsheet would run is text',
    (cell) => expect(harmlessCell(cell)).toBe(`'${cell}`),
  )

  test.each(['-1', '+1.5', '-.5e-3', '-2.', '-inf', '-Infinity', 'NaN', '', 'a=b', '1-2', "'=1"])(
    '%j stays as it is',
    (cell) => expect(harmlessCell(cell)).toBe(cell),
  )
})

describe('the program', () => {
  let desk: Desk
  beforeEach(async () => {
    desk = await Desk.make()
    await desk.scan('p1', { 'a.txt': 'leaf' })
  })
  afterEach(() => desk[Symbol.asyncDispose]())

  test('shows a lock of escapes without obeying them', async () => {
    const owner = { program: 'romi-run', pid: 1, host: 'evil\u001b]0;pwned\u0007\u001b[2J' }
    const rest = { boot: '', pidNamespace: '', started: '1', uuid: 'u', since: '\u001b[31mnow' }
    const lock = JSON.stringify({ ...owner, ...rest, info: { a: '\u009b31m' } })
    await writeFile(join(desk.folder, 'db', 'lock'), lock)
    await desk.write('p.toml', '[Upper]\n')
    const { code, out, err } = await desk.romi(['p.toml', 'db'])
    expect(code).not.toBe(0)
    // oxlint-disable-next-line no-control-regex -- they are what may not be there
    expect(out + err).not.toMatch(/[\x1b\x07\x9b]/)
  })

  test('prints a table that no spreadsheet runs, and with --raw the table itself', async () => {
    await desk.write('p.toml', '[Count.romi]\nadopt = "images"\n')
    await desk.scan('-p2', { 'found.csv': 'organ,=note,angle\n1,"=cmd|\'/C calc\'!A0",-3.5\n' })
    await desk.scan('p3', { 'found.csv': 'organ,angle\n\u001b[1m,+2\n' })
    const table = ['table', 'Count', 'p.toml', 'db/-p2', 'db/p3']
    expect((await desk.romi(table)).out).toBe(
      "scan,organ,'=note,angle\n'-p2,1,'=cmd|'/C calc'!A0,-3.5\np3,\\u001b[1m,,+2\n",
    )
    expect((await desk.romi([...table, '--raw'])).out).toBe(
      "scan,organ,=note,angle\n-p2,1,=cmd|'/C calc'!A0,-3.5\np3,\u001b[1m,,+2\n",
    )
  })
})
