// romi-run new task: a task of one's own, with its test, and the lines for the pipeline.
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RomiError } from '../../base/errors.ts'
import { loadLibrary } from '../../task/modules.ts'
import { pathFrom } from '../../base/path.ts'
import { shortPath } from '../report/diagnostics.ts'
import type { CommonOptions, CliContext } from '../cli-context.ts'

/** Writes `my-tasks/leaf-mask.ts` and its test for the task `LeafMask`. */
export async function newTaskVerb(
  name: string,
  options: CommonOptions & { readonly folder: string },
  context: CliContext,
): Promise<number> {
  if (!/^[A-Z][A-Za-z0-9]*$/.test(name)) {
    throw new RomiError(
      'cli/bad-task-name',
      `"${name}" cannot name a task: write it in PascalCase, such as LeafMask`,
    )
  }
  if ((await loadLibrary({ ...context.origin, modules: [] })).has(name)) {
    throw new RomiError('cli/bad-task-name', `${name} is a built-in task: choose another name`)
  }
  const folder = pathFrom(context.cwd, options.folder)
  const file = kebab(name)
  const task = join(folder, `${file}.ts`)
  const test = join(folder, `${file}.test.ts`)
  for (const path of [task, test]) {
    if (existsSync(path)) {
      throw new RomiError('cli/file-exists', `${shortPath(path, context.cwd)} is there already`)
    }
  }
  await mkdir(folder, { recursive: true })
  await writeFile(task, taskText(name), { flag: 'wx' })
  await writeFile(test, testText(name, file), { flag: 'wx' })
  if (!options.quiet) context.stdout.write(nextSteps(name, task, test, options.folder, context.cwd))
  return 0
}

/** `LeafMask` → `leaf-mask`. */
const kebab = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()

const nextSteps = (
  name: string,
  task: string,
  test: string,
  folder: string,
  cwd: string,
): string => `made ${shortPath(task, cwd)}
made ${shortPath(test, cwd)}

Put these lines into a pipeline file in this folder; if it has a [romi] already, add modules there:

[romi]
modules = ["./${folder}/*.ts"]

[${name}]
upstream_task = "ImagesFilesetExists"

then: romi-run tasks ${name} -p FILE.toml
`

const taskText = (name: string): string => `// ${name}: which pixels of a photograph are plant.
import { defineTask, files, param, type io } from 'romi-run'
import { images, masks } from 'romi-run/tasks'

export default defineTask({
  name: '${name}',
  // Raise it when the same inputs would give other results: what was made before is then made anew.
  version: 1,
  summary: 'Marks the pixels that are greener than they are red and blue.',
  inputs: {
    // What it reads: photographs, from another step or from the scan itself. It may read those
    // metadata keys that \`reads\` names, and no other.
    upstream_task: files(images, { default: 'ImagesFilesetExists', reads: [] }),
  },
  params: {
    threshold: param.float({
      default: 0.1,
      min: -1,
      max: 2,
      doc: 'Excess green above which a pixel is plant.',
    }),
    query: param.query(),
  },
  output: masks,
  // One mask a photograph: a new photograph costs itself alone, a killed run goes on where it was.
  each: 'upstream_task',
  run({ value: photograph, params }): io.Image {
    const { width, height, channels, data } = photograph
    if (channels < 3) throw new Error('a grey photograph has no green')
    const mask = new Uint8Array(width * height)
    for (let i = 0; i < mask.length; i++) {
      const [red, green, blue] = data.subarray(i * channels, i * channels + 3)
      // Excess green: 2g - r - b of the shares of each colour (Woebbecke et al., 1995).
      const excess = (2 * green - red - blue) / Math.max(1, red + green + blue)
      mask[i] = excess > params.threshold ? 255 : 0
    }
    return { width, height, channels: 1, depth: 8, data: mask }
  },
})
`

const testText = (name: string, file: string): string => `// What ${name} promises.
import type { io } from 'romi-run'
import { runTask } from 'romi-run/testing'
import { expect, test } from 'vitest'
import task from './${file}.ts'

const photograph: io.Image = {
  width: 2,
  height: 1,
  channels: 3,
  depth: 8,
  data: new Uint8Array([20, 200, 20, 90, 90, 90]),
}

const trial = { inputs: { upstream_task: { first: photograph } } }

test('a green pixel is plant, a grey one is not', async () => {
  const tried = await runTask<io.Image>(task, trial)
  expect(tried.files.get('first')?.data).toEqual(new Uint8Array([255, 0]))
})

// Runs it again, by force, and with one more photograph; then stops it at each write to the disk.
test('does nothing twice, and survives being stopped anywhere', { timeout: 0 }, async () => {
  const tried = await runTask(task, trial)
  await tried.expectIncremental()
  await tried.expectCrashSafe()
})
`
