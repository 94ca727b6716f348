// What of a module's text counts: its tokens, not how they are laid out.
import { describe, expect, test } from 'vitest'
import { readModule } from '../../src/task/code/tokens.ts'

const digestOf = async (text: string, path = 'a.ts') => (await readModule(text, path)).digest

describe('does not count', () => {
  test.each([
    ['comments', 'const a = 1 // one\n/* two */ f(a)', 'const a = 1\nf(a)'],
    ['layout', 'f( a,b )', 'f(\n  a,\n  b)'],
    ['a semicolon where a line break ends as well', 'a = 1; f(a)\n', 'a = 1\nf(a);'],
    ['a semicolon before a brace', 'function f() { return 1; }', 'function f() { return 1 }'],
    ['a line break inside an expression', 'const a = b\n  .c()', 'const a = b.c()'],
    ['layout of generics', 'f<Map<A, Set<B>>>(x)', 'f< Map<A,Set<B> > >( x )'],
    ['layout of classes', 'class A { b = 1; c() {} }', 'class A {\n  b = 1\n  c() {\n  }\n}'],
    ['a comment inside what is put into a template', '`${a /* x */}`', '`${a}`'],
    ['a BOM', '\uFEFFf()', 'f()'],
    ['the kind of line breaks', 'a()\r\nb()\r\n', 'a()\nb()\n'],
  ])('%s', async (_, one, other) => {
    expect(await digestOf(one)).toBe(await digestOf(other))
  })
})

describe('counts', () => {
  test.each([
    ['a number', 'f(1)', 'f(2)'],
    ['blanks in a string', "f('a b')", "f('a  b')"],
    ['what looks like a comment in a string', "f('http://a')", "f('http://b')"],
    ['blanks in a template', '`a b`', '`a  b`'],
    ['a line break in a template', '`a\n`', '`a\n\n`'],
    ['text after a template in a template', '`${`a`} b`', '`${`a`} c`'],
    ['a template in what is put into one', '`${f(`a // b`)}`', '`${f(`a // c`)}`'],
    ['blanks in a regular expression', 'f(/a b/)', 'f(/a  b/)'],
    ['what looks like a comment in a regular expression', 'f(/a[/*]b/)', 'f(/a[/*]c/)'],
    ['a regular expression after a parenthesis', 'if (x) /a b/.test(y)', 'if (x) /a  b/.test(y)'],
    ['a string after a division', 'x! / 2 + "/*" + y', 'x! / 2 + "/+" + y'],
    ['a text behind two divisions', 'f(a / b, c / d, "//e")', 'f(a / b, c / d, "//g")'],
    ['a line break after return', 'function f() { return\nx }', 'function f() { return x }'],
    ['a line break before ++', 'a\n++b', 'a++\nb'],
    ['a line break after async', 'async\nfunction f() {}', 'async function f() {}'],
    ['a line break between fields', 'class A { get\nb\nc() {} }', 'class A { get; b; c() {} }'],
    ['two tokens that become one', 'a + +b', 'a++\nb'],
  ])('%s', async (_, one, other) => {
    expect(await digestOf(one)).not.toBe(await digestOf(other))
  })

  test('every letter of what cannot be parsed', async () => {
    expect(await digestOf('const = {')).not.toBe(await digestOf('const  = {'))
  })

  test('text between tags', async () => {
    expect(await digestOf('f(<a>b  c</a>)', 'a.tsx')).not.toBe(
      await digestOf('f(<a>b c</a>)', 'a.tsx'),
    )
  })
})

describe('imports', () => {
  const importsOf = async (text: string) =>
    (await readModule(text, 'a.ts')).imports.map(({ from, isLazy }) => [from, isLazy])

  test('imports are found wherever they stand, types apart', async () => {
    const text = `
      import a, { type B } from './a.js'
      import type { C } from './c.ts'
      import './d.ts'
      export * from './e.ts'
      export { f } from './f.ts'
      export type { G } from './g.ts'
      import h = require('./h.cts')
      const i = require('./i.cjs')
      type J = import('./j.ts').J
      // import './k.ts'
      const k = "import './k.ts'"
      async function l() { return (await import('./l.ts')).default + (await import(\`./m.ts\`)).m }
    `
    expect(await importsOf(text)).toEqual([
      ['./a.js', false],
      ['./d.ts', false],
      ['./e.ts', false],
      ['./f.ts', false],
      ['./h.cts', false],
      ['./i.cjs', true],
      ['./l.ts', true],
      ['./m.ts', true],
    ])
  })

  test('that are computed have no name, but a line', async () => {
    const { imports } = await readModule('\nawait import(`./${name}.ts`)\nrequire(name)', 'a.ts')
    expect(imports).toEqual([
      { line: 2, isLazy: true },
      { line: 3, isLazy: true },
    ])
  })
})
