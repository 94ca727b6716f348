// What tasks declare, apart from what they do.
import { describe, expect, test } from 'vitest'
import { declarationsOf } from '../../src/build/on-demand.ts'

const source = `import { heavy } from './heavy.ts'

export const texts = fileArtifact<'texts', string>({
  name: 'texts',
  read: readText,
  async encode(value) {
    return heavy(value)
  },
})

const readText = () => 'a × b 𝒜'

export default defineTask({
  name: 'Step',
  params: { seed: param.integer({ default: 1 }) },
  fileMetadata: ({ seed }) => ({ seed }),
  output: texts,
  run({ value }) {
    return heavy(value)
  },
})
`

describe('the declarations of a module', () => {
  const declared = declarationsOf(source, '/tasks/step.ts')

  test('load the module when there is work', () => {
    const load = 'import("later:/tasks/step.ts").then((loaded) => loaded'
    expect(declared).toContain(`run: (...given) => ${load}.default.run(...given))`)
    expect(declared).toContain(`read: (...given) => ${load}.texts.read(...given))`)
    expect(declared).toContain(`encode: (...given) => ${load}.texts.encode(...given))`)
    expect(declared).not.toContain('heavy(')
  })

  test('keep what tells of the task, on the lines where it stood', () => {
    const kept = ["name: 'Step'", 'fileMetadata: ({ seed }) => ({ seed })', 'output: texts']
    const lineOf = (text: string, part: string) =>
      text.split('\n').findIndex((line) => line.includes(part))
    for (const part of kept) expect(lineOf(declared, part)).toBe(lineOf(source, part))
  })

  test('are told to fall away with what needs them', () => {
    expect(declared).toContain('export const texts = /*@__PURE__*/ fileArtifact<')
    expect(declared).toContain('seed: /*@__PURE__*/ param.integer(')
  })

  test('leave values alone that nobody exports', () => {
    const inner = "const own = fileArtifact({ name: 'own', read: readText })\n"
    expect(declarationsOf(inner, '/tasks/own.ts')).toContain('read: readText')
  })
})
