import { describe, expect, test } from 'vitest'
import { readToml, tomlCodec, writeToml } from '../../src/io/toml.ts'
import { decodedOrUnreadable, memoryFile } from './support.ts'

describe('TOML', () => {
  test('a table comes back', async () => {
    const file = memoryFile('scan')
    const table = { title: 'a "scan"', Scan: { n_points: 60, radius: 0.25, tilt: [0, -1.5] } }
    await writeToml(file, table)
    expect(file.filename).toBe('scan.toml')
    expect(JSON.parse(JSON.stringify(await readToml(file)))).toEqual(table)
  })

  test('the place of a mistake is told', async () => {
    const bytes = new TextEncoder().encode('[a]\nb = 1\nc = = 2\n')
    await expect(async () => tomlCodec.decode(bytes, 'x.toml')).rejects.toThrow(/line 3/)
  })

  test.each(['a', 'a = ', '[a', 'a = 1\na = 2', 'a = 99999999999999999999'])(
    '%j is unreadable',
    async (text) => {
      expect(await decodedOrUnreadable(tomlCodec, new TextEncoder().encode(text))).toBeUndefined()
    },
  )
})
