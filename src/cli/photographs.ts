// Which photographs are meant: files, or all that a folder holds; hidden ones are none.
import { readdir } from 'node:fs/promises'
import { statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { RomiError, systemCode } from '../base/errors.ts'
import { some } from '../base/some.ts'
import { composed } from './file-metadata.ts'
import { pathFrom } from '../base/path.ts'

const pictures = new Set(['.jpg', '.jpeg', '.png', '.tif', '.tiff', '.webp'])
const pictureKinds = [...pictures].join(' ')

/** True of names such as `a.jpg`; `._a.jpg` is what macOS leaves on other disks. */
const isPicture = (name: string): boolean =>
  !name.startsWith('.') && pictures.has(extname(name).toLowerCase())

/**
 * The photographs that some paths name, sorted within each folder.
 *
 * @throws RomiError `cli/no-folder`, `cli/no-photographs`
 */
export async function photographsAt(paths: readonly string[], cwd: string): Promise<string[]> {
  const lists = await Promise.all(paths.map((path) => photographsOf(path, pathFrom(cwd, path))))
  return [...new Set(lists.flat())]
}

async function photographsOf(named: string, path: string): Promise<string[]> {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) throw new RomiError('cli/no-folder', `${named}: there is no such file or folder`)
  if (stat.isDirectory()) return picturesIn(path)
  if (stat.isFile() && isPicture(basename(path))) return [path]
  throw new RomiError('cli/no-photographs', `${named} is no photograph (${pictureKinds})`)
}

async function picturesIn(folder: string): Promise<string[]> {
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    throw new RomiError('cli/no-folder', `${folder}: it cannot be read`, { cause: error })
  }
  const files = names.filter(isPicture).sort()
  if (files.length === 0) {
    const there = names.length === 0 ? 'it is empty' : `it holds ${some(names)}`
    throw new RomiError(
      'cli/no-photographs',
      `${folder} has no photographs (${pictureKinds}): ${there}`,
    )
  }
  return files.map((name) => join(folder, name))
}

/** A photograph is known by its name, with the extension or without, however its accents are stored. */
export const namesInFolder = (path: string): string[] =>
  [basename(path), basename(path, extname(path))].map(composed)
