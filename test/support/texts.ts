// What the small tasks of tests read and write: texts.
import type { Json } from '../../src/base/types.ts'
import { fileArtifact, filesetArtifact } from '../../src/task/artifact.ts'

/** A metadata value in a text; `undefined` as itself. */
export const shown = (value: Json | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value)

/** A text as a file. */
export const encode = (text: string) => ({
  bytes: new TextEncoder().encode(text),
  extension: 'txt',
})
/** The text of a file. */
export const decode = (bytes: Uint8Array) => {
  const text = new TextDecoder().decode(bytes)
  if (text.includes('\0')) throw new Error('a NUL in a text')
  return text
}

/** Files of text: the photographs of these tests. */
export const texts = fileArtifact<'texts', string>({
  name: 'texts',
  doc: 'files of text',
  read: async (file) => decode(await file.read()),
  encode: (text) => Promise.resolve(encode(text)),
})

/** One text; a second file beside it does not count. */
export const text = filesetArtifact<'text', string>({
  name: 'text',
  doc: 'one text',
  only: ['text'],
  read: async (input) => decode(await input.file('text').read()),
  write: async (value, output) => {
    await output.write('text', encode(value))
    await output.write('picture', encode(`a picture of ${value}`))
  },
})
