// The tutorials say what is true: their commands are run, their files written as they stand there.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parsePipeline } from '../../src/pipeline/parse.ts'
import { Desk, realTasks } from '../support/command-line.ts'
import { libraryOf } from '../../src/task/library.ts'
import { tasks } from '../../tasks/index.ts'

const docs = join(import.meta.dirname, '..', '..', 'docs')

interface Block {
  readonly language: string
  readonly lines: readonly string[]
}

/** The fenced blocks of a page, in order. */
async function blocksOf(page: string): Promise<Block[]> {
  const text = await readFile(join(docs, page), 'utf8')
  return [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language, body]) => ({
    language,
    lines: body.trimEnd().split('\n'),
  }))
}

let desk: Desk
beforeAll(async () => {
  desk = await Desk.make()
  await mkdir(join(desk.folder, 'photos'))
  for (const [name, background] of [
    ['a', '#207020'],
    ['b', '#909090'],
  ] as const) {
    const create = { width: 8, height: 8, channels: 3, background } as const
    await writeFile(
      join(desk.folder, 'photos', `${name}.png`),
      await sharp({ create }).png().toBuffer(),
    )
  }
})
afterAll(() => desk[Symbol.asyncDispose]())

test('each command of “Writing a task” does what the page says', async () => {
  let commands = 0
  for (const { language, lines } of await blocksOf('writing-a-task.md')) {
    const file = /^# (\S+\.toml)$/.exec(lines[0])?.[1]
    if (language === 'toml' && file !== undefined) await desk.write(file, lines.join('\n'))
    if (language !== 'sh') continue
    for (const line of lines) {
      const [, command, code] = /^romi-run (.*?)(?:\s+# exits (\d+))?$/.exec(line) ?? []
      const printed = await desk.romi(command.split(' '), realTasks)
      expect([command, printed.code, printed.err]).toEqual([
        command,
        Number(code ?? 0),
        expect.anything(),
      ])
      commands++
    }
  }
  expect(commands).toBeGreaterThan(10)
})

test('its LeafMask is the one that romi-run writes', async () => {
  const written = await readFile(join(desk.folder, 'my-tasks', 'leaf-mask.ts'), 'utf8')
  const bare = written.split('\n').filter((line) => !/^\s*\/\//.test(line))
  const shown = (await blocksOf('writing-a-task.md')).find(({ language }) => language === 'ts')
  expect(shown?.lines).toEqual(bare.join('\n').trimEnd().split('\n'))
})

const builtin = libraryOf(tasks)

describe('the pipelines of “The pipeline file”', () => {
  test('parse, unless the page says that they are wrong', async () => {
    const blocks = (await blocksOf('pipeline-file.md')).filter(
      ({ language }) => language === 'toml',
    )
    expect(blocks.length).toBeGreaterThan(2)
    for (const { lines } of blocks) {
      const text = lines.join('\n')
      const parsed = parsePipeline(text, 'pipeline.toml', builtin)
      expect([text, parsed.is]).toEqual([text, text.includes('# wrong') ? 'wrong' : 'ok'])
    }
  })
})
