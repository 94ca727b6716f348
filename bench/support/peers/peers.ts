// One trivial pipeline for several tools: a file is counted, and eight steps each pass the text on.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { program } from '../program.ts'

/** Steps for each scan. */
export const steps = 9

/** A tool that carries the pipeline out. */
export interface Peer {
  readonly name: string
  /** The folder in which its scans lie. */
  readonly scans: string
  /** Whether it sees scans that are copied, and a thousand take it minutes at most. */
  readonly keepsUp: boolean
  /** Whether it is on this machine. */
  readonly isThere: () => boolean
  /** Writes what it needs into an empty folder. */
  readonly prepare: (folder: string, scans: number) => void
  /** The command that makes what is not made yet. */
  readonly command: (scans: number) => readonly string[]
}

const answers = (command: string, ...args: readonly string[]): boolean => {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** The names of scans. */
export const idsOf = (scans: number): readonly string[] =>
  Array.from({ length: scans }, (_, i) => `scan${String(i).padStart(5, '0')}`)

/** The source of each scan, `SCAN/photograph.txt`, for tools that know files alone. */
function writeSources(folder: string, scans: number): void {
  for (const id of idsOf(scans)) {
    mkdirSync(join(folder, id))
    writeFileSync(join(folder, id, 'photograph.txt'), `photograph of ${id}\n`)
  }
}

const ownTasks = `import { defineTask, files, fileset, filesetArtifact } from 'romi-run'
import { images } from 'romi-run/tasks'

const text = filesetArtifact({
  name: 'text',
  doc: 'a text',
  only: ['text'],
  read: async (input) => new TextDecoder().decode(await input.file('text').read()),
  write: (value: string, output) =>
    output.write('text', { bytes: new TextEncoder().encode(value), extension: 'txt' }),
})

const counted = defineTask({
  name: 'Step1',
  version: 1,
  summary: 'Counts.',
  brief: true,
  inputs: { upstream_task: files(images, { default: 'ImagesFilesetExists', reads: [] }) },
  params: {},
  output: text,
  run: ({ inputs }) => String(inputs.upstream_task.files.length),
})

const passedOn = Array.from({ length: ${steps - 1} }, (_, i) =>
  defineTask({
    name: \`Step\${i + 2}\`,
    version: 1,
    summary: 'Passes on.',
    brief: true,
    inputs: { upstream_task: fileset(text, { default: \`Step\${i + 1}\` }) },
    params: {},
    output: text,
    run: ({ inputs }) => inputs.upstream_task.read(),
  }),
)

export default [counted, ...passedOn]
`

const own: Peer = {
  name: 'romi-run',
  scans: 'db',
  keepsUp: true,
  isThere: () => true,
  prepare(folder, scans) {
    const tables = Array.from({ length: steps }, (_, i) => `[Step${i + 1}]\n`)
    writeFileSync(join(folder, 'tasks.ts'), ownTasks)
    writeFileSync(
      join(folder, 'pipeline.toml'),
      `[romi]\ndatabase = "db"\nmodules = ["./tasks.ts"]\n${tables.join('')}`,
    )
    mkdirSync(join(folder, 'db'))
    writeFileSync(join(folder, 'db', 'romidb'), '')
    for (const id of idsOf(scans)) {
      const scan = join(folder, 'db', id)
      mkdirSync(join(scan, 'images'), { recursive: true })
      writeFileSync(join(scan, 'images', 'photograph.png'), `photograph of ${id}\n`)
      const files = [{ id: 'photograph', file: 'photograph.png' }]
      writeFileSync(
        join(scan, 'files.json'),
        JSON.stringify({ filesets: [{ id: 'images', files }] }),
      )
    }
  },
  command: () => [process.execPath, program, 'pipeline.toml'],
}

/** One that has Luigi. */
const python = process.env['PYTHON'] ?? 'python3'

/** One process for all steps, or, with several workers, one for each step, as many at a time. */
const luigi = (name: string, workers: number, keepsUp: boolean): Peer => ({
  name,
  scans: '',
  keepsUp,
  isThere: () => answers(python, '-m', 'luigi', '--help'),
  prepare(folder, scans) {
    writeSources(folder, scans)
    writeFileSync(
      join(folder, 'trivial.py'),
      `import luigi

class Photograph(luigi.ExternalTask):
    scan = luigi.Parameter()
    def output(self):
        return luigi.LocalTarget(f"{self.scan}/photograph.txt")

class Step(luigi.Task):
    scan = luigi.Parameter()
    number = luigi.IntParameter()
    def requires(self):
        if self.number == 1:
            return Photograph(scan=self.scan)
        return Step(scan=self.scan, number=self.number - 1)
    def output(self):
        return luigi.LocalTarget(f"{self.scan}/step{self.number}.txt")
    def run(self):
        with self.input().open() as read:
            text = read.read()
        with self.output().open("w") as write:
            write.write("1" if self.number == 1 else text)

class All(luigi.WrapperTask):
    scans = luigi.IntParameter()
    def requires(self):
        return [Step(scan=f"scan{i:05d}", number=${steps}) for i in range(self.scans)]
`,
    )
  },
  command: (scans) =>
    [python, '-m', 'luigi', '--module', 'trivial', 'All', '--scans', String(scans)].concat(
      '--local-scheduler',
      '--workers',
      String(workers),
    ),
})

const snakemake: Peer = {
  name: 'Snakemake',
  scans: '',
  keepsUp: false,
  isThere: () => answers('snakemake', '--version'),
  prepare(folder, scans) {
    writeSources(folder, scans)
    const rest = Array.from({ length: steps - 1 }, (_, i) => i + 2).map(
      (n) => `
rule step${n}:
    input: "{scan}/step${n - 1}.txt"
    output: "{scan}/step${n}.txt"
    shell: "cp {input} {output}"
`,
    )
    writeFileSync(
      join(folder, 'Snakefile'),
      `rule all:
    input: [f"scan{i:05d}/step${steps}.txt" for i in range(${scans})]

rule step1:
    input: "{scan}/photograph.txt"
    output: "{scan}/step1.txt"
    shell: "echo 1 > {output}"
${rest.join('')}`,
    )
  },
  command: () => ['snakemake', '--cores', '2', '--quiet'],
}

const make: Peer = {
  name: 'make',
  scans: '',
  keepsUp: false,
  isThere: () => answers('make', '--version'),
  prepare(folder, scans) {
    writeSources(folder, scans)
    const rest = Array.from(
      { length: steps - 1 },
      (_, i) => `%/step${i + 2}.txt: %/step${i + 1}.txt\n\tcp $< $@\n`,
    )
    const results = idsOf(scans).map((id) => `${id}/step${steps}.txt`)
    writeFileSync(
      join(folder, 'Makefile'),
      `.SECONDARY:\nall: ${results.join(' ')}\n%/step1.txt: %/photograph.txt\n\techo 1 > $@\n${rest.join('')}`,
    )
  },
  command: () => ['make', '-j2'],
}

const ninja: Peer = {
  name: 'ninja',
  scans: '',
  keepsUp: false,
  isThere: () => answers('ninja', '--version'),
  prepare(folder, scans) {
    writeSources(folder, scans)
    const builds = idsOf(scans).flatMap((id) =>
      Array.from({ length: steps }, (_, i) =>
        i === 0
          ? `build ${id}/step1.txt: count ${id}/photograph.txt`
          : `build ${id}/step${i + 1}.txt: pass ${id}/step${i}.txt`,
      ),
    )
    writeFileSync(
      join(folder, 'build.ninja'),
      `rule count\n  command = echo 1 > $out\nrule pass\n  command = cp $in $out\n${builds.join('\n')}\n`,
    )
  },
  command: () => ['ninja', '-j2'],
}

/** Ours first. */
export const peers: readonly Peer[] = [
  own,
  luigi('Luigi', 1, true),
  luigi('Luigi, 2 workers', 2, false),
  snakemake,
  make,
  ninja,
]
