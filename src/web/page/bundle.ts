// Makes the page: scripts, styles and their licences, bundled into dist/page. Part of `npm run build`.
import { copyFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { licencesOf } from '../../build/licences.ts'

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
await writeFile(join(outdir, 'LICENCES.txt'), await licencesOf(metafile, root))
