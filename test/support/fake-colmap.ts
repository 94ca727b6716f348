// A program named colmap for tests: it keeps what it was called with and copies models made here.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { io } from '../../src/index.ts'

/** What it shall be and do. */
export interface FakeColmap {
  /** What `colmap help` begins with. */
  readonly banner?: string
  /** The options of its commands, by command; those of 3.8 for what is not named. */
  readonly options?: Readonly<Record<string, string>>
  /** What its mapper finds. */
  readonly models?: readonly io.ColmapModel[]
  /** What its mapper finds where pairs of 15 matches count; absent: the same. */
  readonly lenientModels?: readonly io.ColmapModel[]
  /** What its bundle_adjuster makes of a model; absent: the same. */
  readonly adjusted?: io.ColmapModel
  /** What it makes of one to whose lens a coefficient of distortion was given; absent: the same. */
  readonly bent?: io.ColmapModel
  readonly form?: io.ColmapForm
  /** What a command prints. */
  readonly prints?: Readonly<Record<string, string>>
  /** The commands that end with code 1. */
  readonly fails?: readonly string[]
  /** What `nvidia-smi` prints; absent: there is none. */
  readonly gpus?: string
}

/** A call of one of its commands. */
export interface Call {
  readonly command: string
  /** By name, without the dashes. */
  readonly options: Readonly<Record<string, string>>
}

/** The program as it was installed. */
export interface Installed {
  /** The commands that ran, in order; questions about options are none. */
  calls(): readonly Call[]
  /** What the folder of photographs held: links, each with its target. */
  links(): ReadonlyMap<string, string>
  /** What the lists of pairs of the last run said. */
  pairs(): readonly string[]
}

const optionsOf38: Readonly<Record<string, string>> = {
  feature_extractor:
    'random_seed database_path image_path ImageReader.camera_model ImageReader.single_camera ImageReader.camera_params SiftExtraction.num_threads SiftExtraction.use_gpu SiftExtraction.max_num_features SiftExtraction.estimate_affine_shape SiftExtraction.domain_size_pooling',
  exhaustive_matcher:
    'random_seed database_path SiftMatching.num_threads SiftMatching.use_gpu ExhaustiveMatching.block_size',
  sequential_matcher:
    'random_seed database_path SiftMatching.num_threads SiftMatching.use_gpu SequentialMatching.overlap',
  matches_importer:
    'random_seed database_path match_list_path match_type SiftMatching.num_threads SiftMatching.use_gpu',
  mapper:
    'random_seed database_path image_path output_path Mapper.num_threads Mapper.min_num_matches Mapper.ba_refine_focal_length Mapper.ba_refine_principal_point Mapper.ba_refine_extra_params',
  bundle_adjuster: 'input_path output_path BundleAdjustment.refine_principal_point',
  model_analyzer: 'path',
  image_undistorter: 'image_path input_path output_path',
  patch_match_stereo: 'workspace_path',
  stereo_fusion: 'workspace_path output_path',
}

/** Puts it on the PATH of this test. */
export async function installColmap(fake: FakeColmap = {}): Promise<Installed> {
  const root = mkdtempSync(join(tmpdir(), 'fake-colmap-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const bin = join(root, 'bin')
  const at = (name: string): string => join(root, name)
  mkdirSync(bin)
  vi.stubEnv('PATH', `${bin}${delimiter}${process.env.PATH}`)
  onTestFinished(() => void vi.unstubAllEnvs())

  program(join(bin, 'colmap'), script(root))
  if (fake.gpus !== undefined) program(join(bin, 'nvidia-smi'), `#!/bin/sh\necho '${fake.gpus}'\n`)
  writeFileSync(at('help'), `${fake.banner ?? 'COLMAP 3.8\n(Commit x on y without CUDA)'}\n`)
  for (const [command, names] of Object.entries({ ...optionsOf38, ...fake.options }))
    writeFileSync(
      at(`options.${command}`),
      names
        .split(' ')
        .map((name) => `  --${name} arg (=0)\n`)
        .join(''),
    )
  for (const [command, text] of Object.entries(fake.prints ?? {}))
    writeFileSync(at(`prints.${command}`), text)
  for (const command of fake.fails ?? []) writeFileSync(at(`fails.${command}`), '')
  const { models = [], lenientModels = models } = fake
  await writeModels(at('models'), models, fake.form)
  await writeModels(at('models.15'), lenientModels, fake.form)
  await writeModels(at('adjusted'), fake.adjusted ? [fake.adjusted] : [], fake.form)
  await writeModels(at('bent'), fake.bent ? [fake.bent] : [], fake.form)
  const lines = (name: string): string[] => {
    try {
      return readFileSync(at(name), 'utf8').trimEnd().split('\n')
    } catch {
      return [] // nothing was written: it never came to that
    }
  }
  return {
    calls: () => lines('calls').map(callOf),
    pairs: () => lines('pairs'),
    links: () =>
      new Map(
        lines('links').flatMap((line) => {
          const [, name, target] = /(\S+) -> (.*)$/.exec(line) ?? []
          return name === undefined ? [] : [[name, target] as const]
        }),
      ),
  }
}

async function writeModels(
  folder: string,
  models: readonly io.ColmapModel[],
  form: io.ColmapForm | undefined,
): Promise<void> {
  mkdirSync(folder)
  for (const [i, model] of models.entries()) {
    mkdirSync(join(folder, `${i}`))
    const files = await io.encodeColmapModel(model, form)
    for (const [name, bytes] of Object.entries(files))
      writeFileSync(join(folder, `${i}`, name), bytes)
  }
}

function program(file: string, text: string): void {
  writeFileSync(file, text)
  chmodSync(file, 0o755)
}

/** Words that no argument holds part those of a line. */
const between = ' ;; '

function callOf(line: string): Call {
  const [command, ...words] = line.split(between)
  const options: Record<string, string> = {}
  for (let i = 0; i + 1 < words.length; i += 2) options[words[i].replace(/^--/, '')] = words[i + 1]
  return { command, options }
}

const script = (root: string): string => `#!/bin/sh
cd '${root}'
if [ "$1" = help ]; then cat help; exit 0; fi
if [ "$2" = -h ]; then cat "options.$1"; exit 0; fi
command=$1
line=$1
shift
[ "$command" = feature_extractor ] && rm -f pairs
for word; do line="$line${between}$word"; done
echo "$line" >> calls
models=models
while [ $# -gt 0 ]; do
  case $1 in
    --image_path) ls -l "$2" > links ;;
    --match_list_path) cat "$2" >> pairs ;;
    --input_path) input=$2 ;;
    --output_path) output=$2 ;;
    --Mapper.min_num_matches) [ "$2" = 15 ] && models=models.15 ;;
  esac
  shift
done
[ "$command" = mapper ] && cp -r $models/. "$output"
adjusted=adjusted/0
case $output in */distortion) adjusted=bent/0 ;; */no-distortion) adjusted= ;; esac
[ -d "$adjusted" ] && input=$adjusted
[ "$command" = bundle_adjuster ] && cp -r "$input"/. "$output"
[ -f "prints.$command" ] && cat "prints.$command"
[ ! -f "fails.$command" ]
`
