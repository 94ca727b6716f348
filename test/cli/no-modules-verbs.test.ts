// What tasks, schema and table say of a stranger's pipeline without running its code.
import { describe, expect, test } from 'vitest'
import { Desk } from '../support/command-line.ts'

describe('--no-modules of a stranger, whose module would end the program,', () => {
  const asked = async (...args: readonly string[]) => {
    await using desk = await Desk.make()
    await desk.scan('p1', { 'a.txt': 'leaf' })
    await desk.write('stranger.ts', 'process.exit(9)\n')
    await desk.write(
      'p.toml',
      '[romi]\nmodules = ["./stranger.ts"]\n[Slow]\n[Join]\nupstream_task = "Leaf"\n[Upper]\n',
    )
    await desk.write('wrong.toml', '[romi]\nmodules = ["./stranger.ts"]\n[Slow]\n[Upper]\nno = 1\n')
    await desk.write(
      'behind.toml',
      '[romi]\nmodules = ["./stranger.ts"]\ntargets = ["Slow"]\n[Slow]\n',
    )
    return await desk.romi([...args, '--no-modules'])
  }

  test('lists the tasks there are, and tells which are not loaded', async () => {
    for (const verb of ['tasks', 'schema']) {
      const { code, out, err } = await asked(verb, '-p', 'p.toml')
      expect({ code, err }).toEqual({
        code: 0,
        err: 'Slow: module not loaded\nLeaf: module not loaded\n',
      })
      expect(out).toContain('Upper')
    }
  })

  test('tells it of a file that has mistakes, too', async () => {
    const { code, err } = await asked('schema', '-p', 'wrong.toml')
    expect({ code, err }).toEqual({ code: 0, err: 'Slow: module not loaded\n' })
  })

  test('--no-modules of a stranger, whose module would end the program, has no manual of what is not loaded, and says so', async () => {
    expect(await asked('tasks', 'Slow', '-p', 'p.toml')).toMatchObject({
      code: 0,
      out: 'Slow  module not loaded\n',
    })
    const { out } = await asked('tasks', 'Slow', '-p', 'p.toml', '--json')
    expect(JSON.parse(out)).toEqual({ name: 'Slow', notLoaded: true })
    expect((await asked('tasks', 'Slwo', '-p', 'p.toml')).code).toBe(2)
  })

  test('plans what is known; where that is nothing, it is not told to be complete', async () => {
    const { code, out } = await asked('plan', 'behind.toml', 'db')
    expect({ code, out }).toEqual({
      code: 0,
      out: 'p1  no step can be planned\n? Slow  module not loaded\n',
    })
  })

  test('refuses a table of what is not loaded, and knows the other steps', async () => {
    const refused = await asked('table', 'Slow', 'p.toml', 'db')
    expect(refused).toMatchObject({ code: 2, out: '' })
    expect(refused.err).toContain('module not loaded')
    const known = await asked('table', 'Upper', 'p.toml', 'db')
    expect(known).toMatchObject({ code: 20, out: '' })
    expect(known.err).toContain('p1 is left out')
  })
})
