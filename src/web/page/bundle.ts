// Makes the page: scripts, styles and their licences, bundled into dist/page. Part of `npm run build`.
import { copyFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { licencesOf } from '../../build/licences.ts'

const here = import.meta.dirname
const projectRoot = join(here, '../../..')
const bundleFolder = join(projectRoot, 'dist/page')

await rm(bundleFolder, { recursive: true, force: true })
const { metafile } = await build({
  entryPoints: [
    { in: join(here, 'main.tsx'), out: 'page' },
    { in: join(here, 'style/page.css'), out: 'page' },
  ],
  outdir: bundleFolder,
  absWorkingDir: projectRoot,
  bundle: true,
  splitting: true, // three.js is loaded by the views that draw in 3-D
  format: 'esm',
  target: 'es2022',
  minify: true,
  metafile: true,
  chunkNames: 'part-[hash]',
  legalComments: 'none', // all in LICENCES.txt
})
await copyFile(join(here, 'index.html'), join(bundleFolder, 'index.html'))
await copyFile(join(here, 'icon.svg'), join(bundleFolder, 'icon.svg'))
await writeFile(
  join(bundleFolder, 'LICENCES.txt'),
  await licencesOf(Object.keys(metafile.inputs), projectRoot),
)
