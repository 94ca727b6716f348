// What COLMAP is asked: commands, options and pairs, as a program of its name was called with them.
import { describe, expect, test } from 'vitest'
import { modelOf, takenAt } from '../../support/colmap-models.ts'
import { all, allBut, idOf, made, ring, saidBy, scan, standsOf } from '../../support/colmap-scan.ts'

describe('what COLMAP is asked', () => {
  const commandsOf = (installed: Awaited<ReturnType<typeof scan>>['colmap']) =>
    installed.calls().map(({ command }) => command)
  const optionsOf = (installed: Awaited<ReturnType<typeof scan>>['colmap'], command: string) =>
    installed.calls().find((call) => call.command === command)?.options

  test('what COLMAP is asked is features, all pairs, a map of them, its lens and its figures, with the options of 3.8', async () => {
    const { rig, colmap } = await scan()
    await rig.run('[Colmap]\nseed = 5')
    expect(commandsOf(colmap)).toEqual([
      'feature_extractor',
      'exhaustive_matcher',
      'mapper',
      'bundle_adjuster', // with k2
      'bundle_adjuster', // without
      'bundle_adjuster', // with another principal point
      'model_analyzer',
    ])
    expect(optionsOf(colmap, 'feature_extractor')).toMatchObject({
      random_seed: '5',
      'ImageReader.camera_model': 'SIMPLE_RADIAL',
      'ImageReader.single_camera': '1',
      'SiftExtraction.use_gpu': '0',
      'SiftExtraction.estimate_affine_shape': '1',
      'SiftExtraction.domain_size_pooling': '1',
    })
    expect(optionsOf(colmap, 'exhaustive_matcher')).toMatchObject({ 'SiftMatching.use_gpu': '0' })
    expect(optionsOf(colmap, 'mapper')).not.toHaveProperty(['Mapper.ba_refine_focal_length'])
  })

  describe('about pairs with few matches', () => {
    const leastOf = (installed: Awaited<ReturnType<typeof scan>>['colmap']) =>
      installed
        .calls()
        .filter(({ command }) => command === 'mapper')
        .map(({ options }) => options['Mapper.min_num_matches'])
    const part = modelOf(standsOf(allBut(0, 6)))
    const whole = modelOf(standsOf(all))

    test('what COLMAP is asked about pairs with few matches is to leave them out, where the others place all photographs', async () => {
      const { rig, colmap } = await scan()
      await rig.run('[Colmap]')
      await rig.run('[Colmap]\nmin_num_matches = 30')
      expect(leastOf(colmap)).toEqual(['25', '30'])
    })

    test('what COLMAP is asked about pairs with few matches is to take them, too, where they place more, with a word about it', async () => {
      const { rig, colmap } = await scan({ models: [part], lenientModels: [whole] })
      const ran = await rig.run('[Colmap]')
      expect(leastOf(colmap)).toEqual(['25', '15'])
      expect(saidBy(ran, 'info')).toContain('place 10 of 12 photographs')
      expect(Object.keys(await made(rig, 'images'))).toHaveLength(12)
    })

    test('what COLMAP is asked about pairs with few matches is to do without them, where they place no more', async () => {
      const { rig } = await scan({
        models: [part],
        lenientModels: [modelOf(standsOf(allBut(0, 3, 6)))],
      })
      await rig.run('[Colmap]')
      expect(Object.keys(await made(rig, 'images'))).toHaveLength(10)
    })

    test('what COLMAP is asked about pairs with few matches is to leave them out, where photographs without a place cannot be read', async () => {
      const lines = allBut(0, 6).map((i) => `Name: ${idOf(i)}.png\nFeatures: 900`)
      const refused = [0, 6].map((i) => `Name: ${idOf(i)}.png\nERROR: Failed to read image file.`)
      const prints = { feature_extractor: `${[...lines, ...refused].join('\n')}\n` }
      const { rig, colmap } = await scan({ models: [part], lenientModels: [part], prints })
      await rig.run('[Colmap]')
      expect(leastOf(colmap)).toEqual(['25'])
    })

    test('what COLMAP is asked about pairs with few matches is to begin with them, where there are no others', async () => {
      const { rig } = await scan({ models: [], lenientModels: [whole] })
      expect((await rig.run('[Colmap]')).code).toBe(0)
    })

    test('what COLMAP is asked about pairs with few matches is what COLMAP would do by itself, if that is asked for', async () => {
      const { rig, colmap } = await scan({ models: [part], lenientModels: [part] })
      await rig.run('[Colmap]\nmin_num_matches = 15')
      await rig.run('[Colmap]\ncli_args = { mapper = { "--Mapper.min_num_matches" = 18 } }')
      expect(leastOf(colmap)).toEqual(['15', '18'])
    })
  })

  test('what COLMAP is asked has the names of newer versions where those are installed', async () => {
    const options = {
      feature_extractor:
        'default_random_seed database_path image_path ImageReader.camera_model ImageReader.single_camera FeatureExtraction.num_threads FeatureExtraction.use_gpu SiftExtraction.estimate_affine_shape SiftExtraction.domain_size_pooling',
      exhaustive_matcher:
        'default_random_seed database_path FeatureMatching.num_threads FeatureMatching.use_gpu ExhaustiveMatching.block_size',
      mapper:
        'default_random_seed database_path image_path output_path Mapper.num_threads Mapper.min_num_matches Mapper.random_seed',
    }
    const { rig, colmap } = await scan({ options })
    expect((await rig.run('[Colmap]\nseed = 5')).code).toBe(0)
    expect(optionsOf(colmap, 'feature_extractor')).toMatchObject({
      default_random_seed: '5',
      'FeatureExtraction.use_gpu': '0',
    })
    expect(optionsOf(colmap, 'exhaustive_matcher')).toMatchObject({
      'FeatureMatching.use_gpu': '0',
    })
    expect(optionsOf(colmap, 'mapper')).toMatchObject({ 'Mapper.random_seed': '5' })
  })

  test.each([
    ['without CUDA', 'COLMAP 3.8\n(without CUDA)', undefined, '0'],
    ['with CUDA but no driver', 'COLMAP 3.11\n(with CUDA)', undefined, '0'],
    ['with CUDA but no GPU', 'COLMAP 3.11\n(with CUDA)', 'No devices found.', '0'],
    ['with CUDA and a GPU', 'COLMAP 3.11\n(with CUDA)', 'GPU 0: some card', '1'],
  ])(
    'what COLMAP is asked is to use a GPU only if there is one: %s',
    async (_, banner, gpus, used) => {
      const { rig, colmap } = await scan({ banner, ...(gpus !== undefined && { gpus }) })
      const ran = await rig.run('[Colmap]\nuse_gpu = true')
      expect(optionsOf(colmap, 'feature_extractor')?.['SiftExtraction.use_gpu']).toBe(used)
      expect(saidBy(ran, 'info').includes('use_gpu')).toBe(used === '0')
      const off = await rig.run('[Colmap]\nuse_gpu = false\nseed = 1')
      expect(saidBy(off, 'info')).not.toContain('use_gpu')
      // where it is computed cannot change what is computed
      expect((await rig.run('[Colmap]\nuse_gpu = false')).ran).toEqual([])
    },
  )

  test('takes options that are passed through, over ours', async () => {
    const { rig, colmap } = await scan()
    await rig.run(`[Colmap.cli_args.feature_extractor]
      "--SiftExtraction.max_num_features" = "2000"
      "ImageReader.single_camera" = false`)
    expect(optionsOf(colmap, 'feature_extractor')).toMatchObject({
      'SiftExtraction.max_num_features': '2000',
      'ImageReader.single_camera': '0',
    })
  })

  test('what COLMAP is asked is to compare by its own matcher, or these pairs', async () => {
    const { rig, colmap } = await scan()
    await rig.run('[Colmap]\nmatcher = "sequential"')
    expect(commandsOf(colmap)).toContain('sequential_matcher')
    await rig.run('[Colmap]\nmatcher = "guided"')
    expect(optionsOf(colmap, 'matches_importer')).toMatchObject({ match_type: 'pairs' })
    // steps of 30°: each with two to each side, for too few are nearer than 35°
    expect(colmap.pairs()).toHaveLength(24)
    expect(colmap.pairs()).toContain('p00.png p11.png')
    await rig.run('[Colmap]\nmatcher = "spatial"\nmax_distance = 200')
    expect(colmap.pairs()).toHaveLength(12)
  })

  test('what COLMAP is asked of a long list is to compare one part after the other, and tells how far it is', async () => {
    const { rig, colmap } = await scan()
    const { events } = await rig.run('[Colmap]\nmatcher = "guided"\nmax_view_angle = 180')
    const lists = commandsOf(colmap).filter((command) => command === 'matches_importer')
    expect(lists.length).toBeGreaterThan(1)
    const pairs = colmap.pairs().length
    expect(new Set(colmap.pairs()).size).toBe(pairs)
    const told = events.flatMap((event) =>
      event.is === 'progress' && event.what === 'matches' ? [event] : [],
    )
    expect(told.map(({ total }) => total)).toEqual(lists.map(() => pairs))
    expect(told.at(-1)?.done).toBe(pairs)
  })

  test('guided by positions alone is to compare the same pairs', async () => {
    const { rig, colmap } = await scan({}, (i) => ({
      channel: 'rgb',
      approximate_pose: [...ring[i].position],
    }))
    await rig.run('[Colmap]\nmatcher = "guided"')
    expect(colmap.pairs()).toHaveLength(24)
  })

  test('what COLMAP is asked is to compare all pairs where no pose could guide it', async () => {
    const { rig, colmap } = await scan({}, () => ({ channel: 'rgb' }))
    const ran = await rig.run('[Colmap]\nmatcher = "guided"\nalign_pcd = false')
    expect([ran.code, commandsOf(colmap)[1]]).toEqual([0, 'exhaustive_matcher'])
    expect(saidBy(ran, 'warn')).toContain('guided')
  })

  test('a photograph of which nobody knows where it was taken is compared with all', async () => {
    const { rig, colmap } = await scan({}, (i) => (i === 2 ? { channel: 'rgb' } : takenAt(ring[i])))
    await rig.run('[Colmap]\nmatcher = "guided"')
    expect(colmap.pairs().filter((pair) => pair.includes('p02.png'))).toHaveLength(11)
  })

  test('a dense cloud is asked of a GPU only', async () => {
    const { rig, colmap } = await scan()
    expect((await rig.run('[Colmap]\ncompute_dense = true')).code).toBe(30)
    expect(colmap.calls()).toEqual([])
  })
})
