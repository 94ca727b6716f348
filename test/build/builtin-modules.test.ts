// How the built program gets at Node's own modules.
import { expect, test } from 'vitest'
import { askingForBuiltins } from '../../src/build/builtin-modules.ts'

const asked = (module: string) => `globalThis.process.getBuiltinModule("${module}")`

test.each([
  ['import { join, sep } from "node:path";', `const { join, sep } = ${asked('node:path')};`],
  ['import { join as a } from "path";', `const { join: a } = ${asked('path')};`],
  ['import os from "node:os";', `const os = ${asked('node:os')};`],
  ['import * as all from "node:module";', `const all = ${asked('node:module')};`],
  ['import process from "node:process";', `const process = ${asked('node:process')};`],
  [
    'import fs$1, { constants as constants$1, statSync } from "node:fs";',
    `const fs$1 = ${asked('node:fs')}; const { constants: constants$1, statSync } = ${asked('node:fs')};`,
  ],
])('%s is asked for', (statement, becomes) => {
  expect(askingForBuiltins(`first();\n${statement}\nlast();`)).toBe(`first();\n${becomes}\nlast();`)
})

test.each([
  'import { a } from "./chunk.js";',
  'import sharp from "sharp";',
  'import "node:fs";',
  'import { a } from "package/path";',
  'const text = `import { join } from "node:path";`',
  'export { join } from "node:path";',
])('%s stays', (statement) => {
  expect(askingForBuiltins(statement)).toBe(statement)
})
