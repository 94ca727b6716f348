// Makes the program: bundles with shared chunks, so that little is loaded from few files, and all that
// is started or imported has one instance of the framework. Part of `npm run build`.
import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { globSync } from 'tinyglobby'
import { licencesOf } from './licences.ts'

const root = join(import.meta.dirname, '../..')
const outdir = join(root, 'dist')

/** What is started or imported from outside, each under its own name. */
const entries = [
  'src/bin.ts',
  'src/index.ts',
  'src/testing/index.ts',
  'tasks/index.ts',
  'src/run/executors/thread-entry.ts',
  'src/run/executors/slurm/node-entry.ts',
  'src/geometry/parallel-thread.ts',
  'src/web/aside/thread-entry.ts',
  // Scripts from the time before bundles import these by their paths.
  'src/base/system.ts',
  'tasks/colmap/calibration.ts',
]

/**
 * Packages that stand as they are: with native parts, threads or loaders of their own; or CommonJS
 * that is loaded late, of which a bundle would give the default export alone.
 */
const external = ['sharp', 'jiti', 'piscina', '@babel/parser']

/** Kernels whose parts run in other threads, which import the module and call its function by name. */
const spreading: string[] = []
for (const file of globSync('src/geometry/**/*.ts', { cwd: root }).sort())
  if (/spreadJobs\(\s*import\.meta\.url/.test(await readFile(join(root, file), 'utf8')))
    spreading.push(file)

const relativePath = (path: string): string => relative(root, path).split(sep).join('/')

/**
 * `import.meta.url` is that of the module as if it stood alone, whichever file its code is in: so its
 * own name, and what it names beside itself, are what they are in the sources.
 */
const ownUrls: Plugin = {
  name: 'own-urls',
  setup(plugin) {
    plugin.onLoad({ filter: /[/\\](src|tasks)[/\\].*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      if (!source.includes('import.meta.url')) return undefined
      const own = JSON.stringify(relativePath(path).replace(/\.ts$/, '.js'))
      return { contents: source.replaceAll('import.meta.url', `(__dist + ${own})`), loader: 'ts' }
    })
  },
}

/**
 * Tasks see the part of the library's face that they may need. The whole of it would be loaded by each
 * thread and each job on a node: pipeline, plan, run and the store, for which a task has no use.
 */
const faceOfTasks: Plugin = {
  name: 'face-of-tasks',
  setup(plugin) {
    const face = join(root, 'src/index.ts')
    const ofEngine = /^export (?:type )?\{[^}]*\} from '\.\/(?:fsdb|pipeline|plan|run)\/[^']*'$/gm
    plugin.onResolve({ filter: /\/src\/index\.ts$/ }, ({ resolveDir, path }) =>
      relativePath(resolveDir).startsWith('tasks') && join(resolveDir, path) === face
        ? { path: face, namespace: 'face-of-tasks' }
        : undefined,
    )
    plugin.onLoad({ filter: /.*/, namespace: 'face-of-tasks' }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll(ofEngine, ''),
      resolveDir: join(root, 'src'),
      loader: 'ts',
    }))
  },
}

await rm(join(outdir, 'chunks'), { recursive: true, force: true })
const built = await build({
  entryPoints: [...entries, ...spreading].map((file) => ({
    in: join(root, file),
    out: file.replace(/\.ts$/, ''),
  })),
  outdir,
  absWorkingDir: root,
  bundle: true,
  external,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  chunkNames: 'chunks/[name]-[hash]',
  // Chunks and entries stand at different depths; and older packages ask for Node's modules by `require`.
  banner: {
    js:
      "import { createRequire as __createRequire } from 'node:module';" +
      "const __dist = import.meta.url.slice(0, import.meta.url.lastIndexOf('/dist/') + 6);" +
      'const require = __createRequire(import.meta.url);',
  },
  sourcemap: true,
  metafile: true,
  legalComments: 'none', // all in LICENCES.txt
  plugins: [faceOfTasks, ownUrls],
  logLevel: 'warning',
})
await chmod(join(outdir, 'src/bin.js'), 0o755)
await writeFile(join(outdir, 'chunks/LICENCES.txt'), await licencesOf(built.metafile, root))
