// OrganCorrections: what a person corrected of the organs of the scan, if anybody did.
import { defineSource, param } from '../src/index.ts'
import { organCorrections } from './artifacts/corrections.ts'

export default defineSource({
  name: 'OrganCorrections',
  summary: 'Corrections of organs by hand, if there are any.',
  params: {
    fileset_id: param.string({ default: 'corrections', doc: 'The fileset that holds them.' }),
  },
  output: organCorrections,
  locate: ({ filesets }, { fileset_id }) =>
    filesets.some(({ id }) => id === fileset_id)
      ? { is: 'found', fileset: fileset_id }
      : { is: 'nothing-needed' },
})
