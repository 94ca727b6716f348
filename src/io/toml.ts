// TOML, by smol-toml.
import { TomlError, parse, stringify, type TomlTable } from 'smol-toml'
import type { ReadableFile, WritableFile } from '../base/file.ts'
import { Damage, defineCodec, read, unwritable, write, type Codec } from './codec.ts'
import { decodeText, encodeText } from './text.ts'

export type { TomlTable }

/**
 * A TOML file; maps to and from a table. Dates are `TomlDate`s; integers and floats both become
 * numbers, and a whole number is written as an integer.
 */
export const tomlCodec: Codec<TomlTable> = defineCodec<TomlTable>({
  name: 'TOML',
  extensions: ['toml'],
  decode(bytes) {
    try {
      return parse(decodeText(bytes))
    } catch (error) {
      if (!(error instanceof TomlError)) throw error
      const what = error.message.split('\n')[0] ?? ''
      throw new Damage(`line ${error.line}, column ${error.column}: ${what}`, { cause: error })
    }
  },
  encode(table) {
    try {
      return encodeText(stringify(table))
    } catch (error) {
      throw unwritable(`TOML cannot hold this table: ${String(error)}`)
    }
  },
})

/** Reads a TOML file. */
export const readToml = (file: ReadableFile): Promise<TomlTable> => read(tomlCodec, file)

/** Writes a TOML file. */
export const writeToml = (file: WritableFile, table: TomlTable): Promise<void> =>
  write(tomlCodec, file, table)
