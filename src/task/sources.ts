// The source steps: they assert that data are in the scan, and say what is there if they are not.
import { anyFiles, nothing, type Artifact } from './artifact.ts'
import { param } from './param.ts'
import { defineSource, type Located, type ScanView, type SourceTask } from './task.ts'

/** The fileset of photographs, `images` unless `fileset_id` says otherwise. */
export const imagesFilesetExists = (images: Artifact): SourceTask =>
  defineSource({
    name: 'ImagesFilesetExists',
    summary: 'The photographs of the scan.',
    params: {
      fileset_id: param.string({ default: 'images', doc: 'The fileset that holds them.' }),
    },
    ignored: { scan_id: 'the scan is the one that the run is for' },
    output: images,
    locate: (scan, { fileset_id }) => namedFileset(scan, fileset_id),
  })

/** Any fileset, by its id. */
export const filesetExists: SourceTask = defineSource({
  name: 'FilesetExists',
  summary: 'A fileset that the scan has already.',
  params: { fileset_id: param.string({ default: '', doc: 'The id of the fileset.' }) },
  ignored: { scan_id: 'the scan is the one that the run is for' },
  output: anyFiles,
  locate: (scan, { fileset_id }) => namedFileset(scan, fileset_id),
})

/** One file of a fileset. */
export const fileExists: SourceTask = defineSource({
  name: 'FileExists',
  summary: 'A file that the scan has already.',
  params: {
    fileset_id: param.string({ default: '', doc: 'The id of its fileset.' }),
    file_id: param.string({
      default: '',
      doc: 'The id of the file; if empty, the only file of the fileset.',
    }),
  },
  ignored: { scan_id: 'the scan is the one that the run is for' },
  output: anyFiles,
  locate: (scan, { fileset_id, file_id }) => {
    const found = scan.filesets.find(({ id }) => id === fileset_id)
    if (!found) return namedFileset(scan, fileset_id)
    if (file_id === '' && found.files.length === 1)
      return { is: 'found', fileset: fileset_id, only: found.files }
    if (found.files.includes(file_id)) return { is: 'found', fileset: fileset_id, only: [file_id] }
    return {
      is: 'missing',
      why: `${fileset_id} has no file "${file_id}"; it has ${listOfIds(found.files)}`,
    }
  },
})

/** The mesh of a virtual plant: `fileset_id`, else the one fileset whose id begins with `VirtualPlant`. */
export const virtualPlantObj = (mesh: Artifact): SourceTask =>
  defineSource({
    name: 'VirtualPlantObj',
    summary: 'The mesh of a virtual plant, with its true angles and internodes.',
    params: {
      fileset_id: param.string({
        default: '',
        doc: 'The fileset; if empty, the only one named VirtualPlant….',
      }),
    },
    ignored: { scan_id: 'the scan is the one that the run is for' },
    output: mesh,
    locate: (scan, { fileset_id }) => {
      if (fileset_id !== '') return namedFileset(scan, fileset_id)
      const candidates = scan.filesets
        .map(({ id }) => id)
        .filter((id) => id.startsWith('VirtualPlant'))
      if (candidates.length === 1) return { is: 'found', fileset: candidates[0] }
      return candidates.length === 0
        ? { is: 'missing', why: `no fileset of ${scan.scan} begins with VirtualPlant` }
        : {
            is: 'missing',
            why: `several filesets begin with VirtualPlant: name one of ${listOfIds(candidates)} by fileset_id`,
          }
    },
  })

const elsewhere = (scan: ScanView, id: string): Located => ({
  is: 'missing',
  why: `it is said of the scan "${id}", and this run is for ${scan.scan}: run it on that scan, or leave out scan_id`,
})

/** The trained networks of a scan, under either of ROMI's names. */
const modelFilesetOf = (name: string): SourceTask =>
  defineSource({
    name,
    summary: 'A fileset of trained networks that the scan has already.',
    params: {
      scan_id: param.string({ default: '', doc: 'The scan that holds them; if empty, this one.' }),
      fileset_id: param.string({ default: 'models', doc: 'The fileset that holds them.' }),
    },
    output: anyFiles,
    locate: (scan, { scan_id, fileset_id }) =>
      scan_id === '' || scan_id === scan.scan
        ? namedFileset(scan, fileset_id)
        : elsewhere(scan, scan_id),
  })

export const modelFileset = modelFilesetOf('ModelFileset')
export const modelFilesetExists = modelFilesetOf('ModelFilesetExists')

/** The scan itself. */
export const datasetExists: SourceTask = defineSource({
  name: 'DatasetExists',
  summary: 'The scan itself, whatever it holds.',
  params: {
    scan_id: param.string({ default: '', doc: 'The scan; if empty, the one that the run is for.' }),
  },
  output: nothing,
  locate: (scan, { scan_id }) =>
    scan_id === '' || scan_id === scan.scan ? { is: 'nothing-needed' } : elsewhere(scan, scan_id),
})

/** Needs and makes nothing; ROMI's files name it where a slot has nothing to read. */
export const dummyTask: SourceTask = defineSource({
  name: 'DummyTask',
  summary: 'Nothing at all; fills a slot that needs no data.',
  params: {},
  ignored: { scan_id: 'the scan is the one that the run is for' },
  output: nothing,
  locate: () => ({ is: 'nothing-needed' }),
})

function namedFileset(scan: ScanView, id: string): Located {
  if (scan.filesets.some((fileset) => fileset.id === id)) return { is: 'found', fileset: id }
  const there = scan.filesets.map((fileset) => fileset.id)
  return { is: 'missing', why: `${scan.scan} has no fileset "${id}"; it has ${listOfIds(there)}` }
}

const listOfIds = (ids: readonly string[]): string => (ids.length === 0 ? 'none' : ids.join(', '))
