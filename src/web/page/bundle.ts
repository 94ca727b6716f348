// Makes the page: scripts, styles and their licences, bundled into dist/page. Part of `npm run build`.
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { build, type Metafile } from 'esbuild'

const here = import.meta.dirname
const root = join(here, '../../..')
const outdir = join(root, 'dist/page')

await rm(outdir, { recursive: true, force: true })
const { metafile } = await build({
  entryPoints: [
    { in: join(here, 'main.tsx'), out: 'page' },
    { in: join(here, 'style/page.css'), out: 'page' },
  ],
  outdir,
  absWorkingDir: root,
  bundle: true,
  splitting: true, // three.js is loaded by the views that draw in 3-D
  format: 'esm',
  target: 'es2022',
  minify: true,
  metafile: true,
  chunkNames: 'part-[hash]',
  legalComments: 'none', // all in LICENCES.txt
})
await copyFile(join(here, 'index.html'), join(outdir, 'index.html'))
await copyFile(join(here, 'icon.svg'), join(outdir, 'icon.svg'))
await writeFile(join(outdir, 'LICENCES.txt'), await licencesOf(metafile))

/** The licence of each package of which something is in the bundle, as it asks for. */
async function licencesOf({ inputs }: Metafile): Promise<string> {
  const folders = Object.keys(inputs).flatMap((path) => {
    const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []
    return folder === undefined ? [] : [folder]
  })
  const texts = [...new Set(folders)].sort().map(async (folder) => {
    const name = relative('node_modules', folder)
    return `${name}\n\n${await readFile(join(root, folder, 'LICENSE'), 'utf8')}`
  })
  return (await Promise.all(texts)).join(`\n${'─'.repeat(60)}\n\n`)
}
