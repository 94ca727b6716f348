// Makes the program: bundles with shared chunks, so that little is loaded from few files, and all that
// is started or imported has one instance of the framework. Part of `npm run build`.
import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { rolldown, type Plugin } from 'rolldown'
import { globSync } from 'tinyglobby'
import { askingForBuiltins } from './builtin-modules.ts'
import { chunkGroups } from './chunk-groups.ts'
import { licencesOf } from './licences.ts'
import { onDemand } from './on-demand.ts'

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
  'src/web/aside/thread-entry.ts',
  'src/geometry/parallel-thread.ts',
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
  load: {
    filter: { id: /[/\\](src|tasks)[/\\].*\.ts$/ },
    async handler(id) {
      const source = await readFile(id, 'utf8')
      if (!source.includes('import.meta.url')) return undefined
      const own = JSON.stringify(relativePath(id).replace(/\.ts$/, '.js'))
      return { code: source.replaceAll('import.meta.url', `(__dist + ${own})`), moduleType: 'ts' }
    },
  },
}

/**
 * Parts of Node that packages name and we never use, with what stands for them: commander could start
 * verbs that are programs of their own; signal-exit, of proper-lockfile, checks the type of its argument.
 */
const unused: readonly { readonly of: string; readonly name: RegExp; readonly instead: string }[] =
  [
    { of: 'commander', name: /^node:child_process$/, instead: '{}' },
    { of: 'signal-exit', name: /^assert$/, instead: '{ equal() {} }' },
  ]

const withoutUnused = unused.map(({ of, name, instead }): Plugin => {
  const id = `\0of-${of}`
  const isOf = new RegExp(`[/\\\\]node_modules[/\\\\]${of}[/\\\\]`)
  return {
    name: `unused-of-${of}`,
    resolveId: {
      filter: { id: name },
      handler: (_id, importer) => (importer !== undefined && isOf.test(importer) ? id : undefined),
    },
    load: {
      filter: { id: new RegExp(`${id}$`) },
      handler: () => `module.exports = ${instead}`,
    },
  }
})

/** proper-lockfile is told its files by us: what it would take else, and what that patches, is not loaded. */
const ownFiles: Plugin = {
  name: 'own-files',
  resolveId: {
    filter: { id: /^graceful-fs$/ },
    handler: () => ({ id: 'node:fs', external: true }),
  },
}

/** Changes the code of all files of a bundle; all must stay on its line, so that source maps stay true. */
const rewriting = (name: string, change: (code: string) => string): Plugin => ({
  name,
  generateBundle(_options, files) {
    for (const file of Object.values(files))
      if (file.type === 'chunk') file.code = change(file.code)
  },
})

/**
 * Letters beyond ASCII as escapes: with one that Latin-1 lacks, V8 keeps the text of a whole file in
 * two bytes a letter, and compiles it more slowly.
 */
const inAscii = (code: string): string =>
  code.replace(
    /[\u0080-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/**
 * Tasks see the part of the library's face that they may need. The whole of it would be loaded by each
 * thread and each job on a node: pipeline, plan, run and the store, for which a task has no use.
 */
const faceOfTasks: Plugin = {
  name: 'face-of-tasks',
  resolveId: {
    filter: { id: /\/src\/index\.ts$/ },
    handler: (_id, importer) =>
      importer !== undefined && relativePath(importer).startsWith('tasks/')
        ? `${join(root, 'src/index.ts')}?of-tasks`
        : undefined,
  },
  load: {
    filter: { id: /\?of-tasks$/ },
    async handler(id) {
      const source = await readFile(id.replace(/\?of-tasks$/, ''), 'utf8')
      const ofEngine = /^export (?:type )?\{[^}]*\} from '\.\/(?:fsdb|pipeline|plan|run)\/[^']*'$/gm
      return { code: source.replaceAll(ofEngine, ''), moduleType: 'ts' }
    },
  },
}

await rm(join(outdir, 'chunks'), { recursive: true, force: true })
const bundle = await rolldown({
  input: Object.fromEntries(
    [...entries, ...spreading].map((file) => [file.replace(/\.ts$/, ''), join(root, file)]),
  ),
  cwd: root,
  external,
  platform: 'node',
  transform: { target: 'node20.19' },
  plugins: [
    onDemand(join(root, 'tasks/index.ts')),
    faceOfTasks,
    ownUrls,
    withoutUnused,
    ownFiles,
    rewriting('in-ascii', inAscii),
    rewriting('builtin-modules', askingForBuiltins),
  ],
  preserveEntrySignatures: 'strict',
})
const bundles = await bundle.write({
  dir: outdir,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  // Chunks and entries stand at different depths.
  banner: "const __dist = import.meta.url.slice(0, import.meta.url.lastIndexOf('/dist/') + 6);",
  sourcemap: true,
  comments: false, // licences are all in LICENCES.txt
  codeSplitting: { groups: chunkGroups(root) },
})
await bundle.close()
await chmod(join(outdir, 'src/bin.js'), 0o755)
const bundled = bundles.output.flatMap((file) =>
  file.type === 'chunk' ? Object.keys(file.modules) : [],
)
await writeFile(join(outdir, 'chunks/LICENCES.txt'), await licencesOf(bundled, root))
