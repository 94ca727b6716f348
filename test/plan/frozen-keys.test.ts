// What is hashed is frozen: its order and spelling are in keys and names on people's disks.
//
// A literal that differs means that databases of today would be made again. Raise the `version` of a
// task where results change; never the spelling here.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Json, JsonObject } from '../../src/base/types.ts'
import type { StepRecord } from '../../src/plan/facts/record.ts'
import { param } from '../../src/task/param.ts'
import { files } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { Rig } from '../support/rig.ts'
import { tasks, texts } from '../support/tasks.ts'

/** All that is hashed of each made fileset: its name and key, then its slots, annotators and files. */
function hashedIn(rig: Rig): string[] {
  const folder = join(rig.path, 'plant', 'metadata')
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return names.sort().flatMap((name) => {
    const { romi } = jsonAt(join(folder, name)) as { romi?: StepRecord }
    return romi ? [`${name.replace('.json', '')} ${romi.key}`, ...partsOf(romi)] : []
  })
}

const jsonAt = (path: string): Json => JSON.parse(readFileSync(path, 'utf8')) as Json

const partsOf = ({ inputs, annotators, outputs }: StepRecord): string[] => [
  ...Object.entries(inputs).map(
    ([slot, { selection, digest }]) => `${slot} ${selection} ${digest}`,
  ),
  ...Object.entries(annotators).map(([step, key]) => `annotated by ${step} ${key}`),
  ...Object.entries(outputs).flatMap(([id, { key }]) => (key ? [`file ${id} ${key}`] : [])),
]

const long = (letter: string): string => letter.repeat(80)

/** Photographs with short values, a long one, a map, a list, and none. */
async function photographed(): Promise<Rig> {
  const rig = await Rig.make({
    b: { text: 'two', metadata: { channel: 'rgb', camera: { z: 1, a: [0.5, 1e-7, -0] } } },
    a: { text: 'one', metadata: { channel: 'rgb', camera: long('c'), pose: [1, 2] } },
    'c-é': { text: '', metadata: { channel: 'nir', 'shot at': 7 } },
  })
  await rig.write(async (db) => {
    const scan = await db.getScan('plant')
    await scan.setMetadata({ unit: 'mm', workspace: { x: [0, 1] } })
    await (await scan.getFileset('images')).setMetadata({ unit: 'cm', channel: null })
  })
  return rig
}

test('keys, slots, selections, files and names of whole and of file-by-file steps', async () => {
  const rig = await photographed()
  const { code } = await rig.run(
    '[Upper]\nsuffix = "é\\n"\nquery = { channel = "rgb" }\ndelay = 1\n[Join]\nthreads = 2\n[Count]\nbase = 16\n[Measure]\n[Faulty]\n',
  )
  expect(code).toBe(0)
  expect(hashedIn(rig)).toEqual([
    'Count_16_Join_f1322e6060 f1322e60600dea222f42b2fea1cf57990336bf93e9f0e7c305e9aaee05d5e993',
    'upstream_task 0c9c04c0f178a2819da737bcebe035b09dfbfb47893acabf4ca77a5f50d3c813 5e7d4891421e73c3778af1604d920209bfdd4edf676ea59c72c0ba63148d1fb6',
    'Faulty_none_Join_cadf27b800 cadf27b800f4098f9d5b5f0a5781631eddc8bbfe8e3432bcc3bac197f755482d',
    'upstream_task 2f99a99ced06947dd8b4ec18d09f2dde7444041c5827ab2d42e9a6ca1fdf601d 5e7d4891421e73c3778af1604d920209bfdd4edf676ea59c72c0ba63148d1fb6',
    'Join______Upper_a9f9c9c00e a9f9c9c00efc085ad85eadc70839b3dfb02c7e54af7e6d55698e6af96f52b9a7',
    'upstream_task 860f96ba3da368c4dba6c5775dc984c0e852467e5a4434f584e23028574a22fc 09d445722321fba43d91a1d9f4c7cf9d8ac4961711a7fedb8411cc9c239cfec4',
    'Measure_Upper_5f3eb166ca 5f3eb166ca76557767a178cc380629d03adcedc5f3f6616e8dae7067a53226c9',
    'upstream_task 826e0a74d75cf46f4303a8e53cf8e28998dac07546d4bde27e14ac44631786a5 4461dd9e71108b214c09d6b79bf7e269e59aef9123932e5f6ec47fae53eeaba1',
    'Upper___channel____rgb____ImagesFilesetExi_2b916fa209 2b916fa2098bac8d01b8d1278648af5e4924fd6fdf58b7b44c817f3b54045005',
    'upstream_task 3945a1db792476849d79614188fa6693b22f1ab2d21e0ac49d1df5caf64e71a6 0b995f06566e9c5af1d71a0a551e8b3b6cbc644a798be2849a656d3c29131aa4',
    'file a 287c253c94353b2fb18014c20b3b4bd9876c0eb6894512d8ad418956d38cac11',
    'file b 4653c13058ffaf718b79898ba6355908fb68c1135c25e097fa67bc33d92b4d01',
  ])
})

test('annotations, on whole steps and on files', async () => {
  const rig = await photographed()
  const { code } = await rig.run('[Upper]\n[Locate]\noffset = 2\n[Place]\n[Warp]\n')
  expect(code).toBe(0)
  expect(hashedIn(rig)).toEqual([
    'Locate_2_ImagesFilesetExi_00a6a4e43b 00a6a4e43b768672aa737baa88031c608c5c2e7918176c0e0ae93640dd7e8236',
    'upstream_task 860f96ba3da368c4dba6c5775dc984c0e852467e5a4434f584e23028574a22fc 4d0573ae835d45b1b6f23a78857847535c54c98964f96975f969dfbd1aaf9700',
    'Place____Locate_Upper_c72a543b9d c72a543b9de63d78e62a964c0892289bd5c64fc8b509fa3b6718c685804923b1',
    'upstream_locate 7759cdb36d1b6452a2bc19a60d11cd37897d832e0376985d7824de8910cdfa8b 3b00ba5361676a0a8152642a6edaf54a222bd409b5774b5b461ac8d1cee09cb4',
    'upstream_task 3532322f967bc080679d7ffa06964dd258efbdfc79c384fd71ba9fcef7a279c6 c75ec203aaf0c80dbd3d107771674e7487ade7e51a22844baecbc90d9a7128e8',
    'annotated by Locate 00a6a4e43b768672aa737baa88031c608c5c2e7918176c0e0ae93640dd7e8236',
    'Upper_____ImagesFilesetExi_c62574aeb3 c62574aeb3e4e570208a8b8b328fa9480ee1fa7fda3d01d9ad371dffd22d8cf6',
    'upstream_task 53cffa82bf31b54b3022994c29b7a1760dcab1065ceea8144b48c1ec58987653 143f5141b32fefadbeeb058e7c05e212c23b0b27dd4d255f4035f2d72daa61f3',
    'file a 4f67e614ec28ea8799cfcec5d41abf08d615b251f5bb6180df6fa05525f0720d',
    'file b cf1a15c35a9ff792481267f701bd2013dc5d4dbc8616b957cc9fe433ef9e997e',
    'file c-é e5ed86481831167bcc27fde7f5126cebc3d763cdb50e8317860f1003a76dd765',
    'Warp_Locate_ImagesFilesetExi_b6de5aec52 b6de5aec5255a9e75791376f5691c6b2f34a5b8cbea975c034f05a3c6c803a83',
    'upstream_locate 7759cdb36d1b6452a2bc19a60d11cd37897d832e0376985d7824de8910cdfa8b 3b00ba5361676a0a8152642a6edaf54a222bd409b5774b5b461ac8d1cee09cb4',
    'upstream_task 3532322f967bc080679d7ffa06964dd258efbdfc79c384fd71ba9fcef7a279c6 775849eed1970b1d35974990beacf4677efaad3c592fdf79faae33f843fc4f6f',
    'annotated by Locate 00a6a4e43b768672aa737baa88031c608c5c2e7918176c0e0ae93640dd7e8236',
    'file a 948df9a478a5e815e633ed185ad22f6f50794c550c7d7dd7441452dc69944669',
    'file b 241efd7422a3dc669174fddb357d772c8023996fb047b20f0143cdea2c081d3b',
    'file c-é ec7e048709e9825dc33cac202bc3ead285df90e7bf42ef1519940efe4b1246c9',
  ])
})

test('measures, an empty slot, and the fileset of another scan', async () => {
  const rig = await photographed()
  await rig.addScan('other', { a: 'elsewhere' })
  await rig.run('[Join]', { scans: ['other'] })
  const measures = { angles: [137.5, 90], internodes: [1, 2.5], variety: 'Col-0' }
  writeFileSync(join(rig.path, 'plant', 'measures.json'), JSON.stringify(measures))
  await rig.run('[Borrow]\n')
  const { code } = await rig.run('[Borrow]\nfrom_scan_id = "other"\n[Evaluate]\n')
  expect(code).toBe(0)
  expect(hashedIn(rig)).toEqual([
    'Borrow__3b1cba7e7f 3b1cba7e7f3c1f2d4dca7f784b7c510a94128c6920c58e7c185cf40beee9e693',
    'from_scan_id 0c9c04c0f178a2819da737bcebe035b09dfbfb47893acabf4ca77a5f50d3c813 3b00ba5361676a0a8152642a6edaf54a222bd409b5774b5b461ac8d1cee09cb4',
    'Borrow_other_2bd05f2acb 2bd05f2acb1a8f8d44b8e3211368ceb38b5a5380596eadcb220d5102fea04604',
    'from_scan_id 0c9c04c0f178a2819da737bcebe035b09dfbfb47893acabf4ca77a5f50d3c813 50a30bde4a9b411ef5eb42e5744ee79e7ce2132988e8d8dee702dcd950f1bd13',
    'Count_10_Join_afea042d2f afea042d2f92c5f8aa54e1ba6acb32281a3a5223d7e5ab511829bbb5ee791c66',
    'upstream_task 0c9c04c0f178a2819da737bcebe035b09dfbfb47893acabf4ca77a5f50d3c813 9f69064ef097b48e53c07b726934db223e351e4cb3dc087188fd79f47b2d5dc1',
    'Evaluate_ImagesFilesetExi_Count_f4499d16ac f4499d16acacfa7aec4fd7506718000f1a4f9347450a138162f3be0591350162',
    'ground_truth 4d148e2aaeee5150febd0612638de40fc74a8b028524f284126507c1c78d118c 90a6a1e63a79783c3f6cb89b049094e00800b921ed19d582e6c6fe4be25eaeae',
    'upstream_task 0c9c04c0f178a2819da737bcebe035b09dfbfb47893acabf4ca77a5f50d3c813 6f0acf06006a4376dd4205a697e40f75ea27d9703b972e0d46c26c36ff051a27',
    'Join______Upper_41aea44d3b 41aea44d3b90c32e7f84c7a191f34c32044b014878fd724fb1dc9350a6113e23',
    'upstream_task 860f96ba3da368c4dba6c5775dc984c0e852467e5a4434f584e23028574a22fc a9eda59c6567d5188f1bfbe6aad6321d5a282c959fad262245d7a0e6ff5c0677',
    'Upper_____ImagesFilesetExi_c62574aeb3 c62574aeb3e4e570208a8b8b328fa9480ee1fa7fda3d01d9ad371dffd22d8cf6',
    'upstream_task 53cffa82bf31b54b3022994c29b7a1760dcab1065ceea8144b48c1ec58987653 143f5141b32fefadbeeb058e7c05e212c23b0b27dd4d255f4035f2d72daa61f3',
    'file a 4f67e614ec28ea8799cfcec5d41abf08d615b251f5bb6180df6fa05525f0720d',
    'file b cf1a15c35a9ff792481267f701bd2013dc5d4dbc8616b957cc9fe433ef9e997e',
    'file c-é e5ed86481831167bcc27fde7f5126cebc3d763cdb50e8317860f1003a76dd765',
  ])
})

test('the key under which a file-by-file step is taken up again, and those of its files', async () => {
  const brittle = defineTask({
    name: 'Brittle',
    version: 3,
    summary: 'Fails on an empty text.',
    inputs: {
      upstream_task: files(texts, {
        default: 'ImagesFilesetExists',
        reads: { fileset: ['unit'], scan: ['unit', 'workspace'] },
      }),
      second: files(texts, { default: 'ImagesFilesetExists', reads: ['shot at'] }),
    },
    params: {
      list: param.numbers({ default: [1, 0.5], doc: 'no matter' }),
      times: param.float({ default: 1, doc: 'no matter' }),
      query: param.query(),
    },
    output: texts,
    each: 'upstream_task',
    run({ value }) {
      if (value === '') throw new Error('an empty text')
      return value
    },
  })
  const rig = await photographed()
  rig.tasks = [...tasks, brittle]
  await rig.run('[Brittle]\ntimes = 2\nlist = "[1, 2.0]"\n')
  const drafts = join(rig.path, 'plant', '.romi', 'drafts')
  const [draft] = readdirSync(drafts)
  const { key } = jsonAt(join(drafts, draft, 'draft.json')) as JsonObject
  await rig.photograph({ 'c-é': { text: 'three', metadata: { 'shot at': 7 } } })
  await rig.run('[Brittle]\ntimes = 2\nlist = "[1, 2.0]"\n')
  expect([key, ...hashedIn(rig)]).toEqual([
    '90bc4b37c8981c757035590b603b883f6543ab4e9d7539a4536796aae477060c',
    'Brittle__1__2_0_____ImagesFilesetExi_cc23cc21c9 cc23cc21c930da8bdda51a86e0ed1df2c6f367c19493a116457c352d2992cfa1',
    'second 5fd604fe3564ad7d0499904b2893ff0c6f977992efc6082dbcf26f663ecd66c9 441322366115d54e052bfdb7f08eb327dc59fa14e5bdc88fc78f850efac9bf4a',
    'upstream_task d1717653cfad0c1d55150cec6343d0fe5b0d255d4a698eed04802a1a964e0b22 25a8110353cffd650fadaf27528320100ad9d0835abd18ca6d6aa2ecbe2385af',
    'file a 2ed7f393f29b19790edcb19a4e6fc23ef572899a9eee9fa9dd32110cb3f4ed5a',
    'file b ef4428dbe1c1a48ea2fde966cd46d952bf1a4d7834f3090fc1ac671fb1d39a9a',
    'file c-é acd6fb44643ce371fc3e276d771e6f8215f9f126f416318d87d702adc8fcfcfd',
  ])
})
