// The licences of packages that are bundled: each asks that its text goes with it.
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Metafile } from 'esbuild'

/**
 * The licence of each package of which something is in a bundle, one after another.
 * @param root the project's folder, absolute
 * @throws if a package has none: then it cannot be given away
 */
export async function licencesOf({ inputs }: Metafile, root: string): Promise<string> {
  const folders = Object.keys(inputs).flatMap((path) => {
    const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []
    return folder === undefined ? [] : [folder]
  })
  const texts = [...new Set(folders)].sort().map(async (folder) => {
    const names = await readdir(join(root, folder))
    const name = names.find((each) => /^licen[cs]e(\.|$)/i.test(each))
    if (name === undefined) throw new Error(`${folder} has no licence`)
    const text = await readFile(join(root, folder, name), 'utf8')
    return `${relative('node_modules', folder)}\n\n${text}`
  })
  return (await Promise.all(texts)).join(`\n${'─'.repeat(60)}\n\n`)
}
