// The script that a job begins with, line by line, and how it starts Node.
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ownStart, scriptOf, shellQuoted } from '../../../src/run/executors/slurm/script.ts'
import { nodeOptions } from '../../../src/run/executors/sources.ts'

const at = { root: '/db', run: 'r', array: 'a1' }
const token = { path: '/db/token', text: 'word' }
const start = { entry: '/code/entry.js', options: ['--flag', 'a b'] }
const node = shellQuoted(process.execPath)

test('a job looks whether its node sees the database, then our code, and becomes that', () => {
  expect(scriptOf(at, token, undefined, start)).toBe(`romi_token=$(cat '/db/token' 2>/dev/null)
if [ "$romi_token" != 'word' ]; then
  echo "romi-run: $(hostname) does not see "'/db/token'
  exit 83
fi
for romi_part in ${node} '/code/entry.js'; do
  if [ ! -r "$romi_part" ]; then
    echo "romi-run: $(hostname) does not see $romi_part"
    exit 84
  fi
done
exec ${node} '--flag' 'a b' '/code/entry.js' '/db' 'r' 'a1' "$ROMI_INDEX"
`)
})

test('the lines of the user come before our code is looked for, in a shell that knows modules', () => {
  const plain = scriptOf(at, token, undefined, start)
  const script = scriptOf(at, token, 'module load node\nexport A=1', start)
  const added = `if ! type module >/dev/null 2>&1; then
  for romi_part in /etc/profile.d/modules.sh /etc/profile.d/lmod.sh /etc/profile.d/z00_lmod.sh; do
    [ -r "$romi_part" ] && . "$romi_part"
  done
fi
module load node
export A=1
`
  expect(script).toBe(plain.replace('fi\nfor romi_part', `fi\n${added}for romi_part`))
})

test.each([
  ['plain', "'plain'"],
  ["it's", `'it'\\''s'`],
  ["'", `''\\'''`],
  ['$HOME `x` "y"', '\'$HOME `x` "y"\''],
])('a word of shell stays one word: %s', (text, quoted) => {
  expect(shellQuoted(text)).toBe(quoted)
})

test('a node starts this very package, from its sources if these are what runs here', () => {
  const { entry, options } = ownStart()
  expect(entry).toMatch(/\/src\/run\/executors\/slurm\/node-entry\.ts$/)
  expect(existsSync(entry)).toBe(true)
  expect(options).toEqual(nodeOptions())
})

test('from sources, Node is given a module that has them compiled as they are loaded', () => {
  const [option, module, ...more] = nodeOptions()
  expect([option, more]).toEqual(['--import', []])
  const [head, text] = module.split(',', 2)
  expect(head).toBe('data:text/javascript')
  const source = decodeURIComponent(text)
  expect(source).toMatch(/^import \{ register \} from "file:\/\/.*tsx.*"; register\(\)$/)
})
