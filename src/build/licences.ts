// The licences of packages that are bundled: each asks that its text goes with it.
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'

/**
 * The licence of each package of which something is in a bundle, one after another.
 * @param files what is in it, by paths from `root`, or absolute
 * @param root the project's folder, absolute
 * @throws if a package has none: then it cannot be given away
 */
export async function licencesOf(files: readonly string[], root: string): Promise<string> {
  const folders = files.flatMap((file) => {
    const path = relative(root, resolve(root, file))
    const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []
    return folder === undefined ? [] : [folder]
  })
  const texts = [...new Set(folders)].sort().map(async (folder) => {
    const names = await readdir(join(root, folder))
    const file = names.find((each) => /^licen[cs]e(\.|$)/i.test(each))
    const path = join(root, folder, file ?? 'package.json')
    const text = await readFile(path, 'utf8')
    return `${relative('node_modules', folder)}\n\n${file === undefined ? namedIn(text, folder) : text}`
  })
  return (await Promise.all(texts)).join(`\n${'─'.repeat(60)}\n\n`)
}

/** The licence that a package names without its text. */
function namedIn(manifest: string, folder: string): string {
  // Safe: npm installs no package without a manifest.
  const { license, author } = JSON.parse(manifest) as { license?: string; author?: unknown }
  if (license === undefined) throw new Error(`${folder} has no licence`)
  return `${license}${author === undefined ? '' : `, ${JSON.stringify(author)}`}\n`
}
