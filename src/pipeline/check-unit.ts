// The unit of lengths that the file states.
import { millimetresIn } from '../base/length-unit.ts'
import { ownValue } from '../base/own.ts'
import type { Remarks } from './diagnostic.ts'
import type { Document } from './document.ts'
import { nearest } from './suggest.ts'

/** Remarks a unit that is only a name here: tables bear it, but nothing is turned into millimetres. */
export function remarkUnit(unit: string | undefined, document: Document, remarks: Remarks): void {
  if (unit === undefined || ownValue(millimetresIn, unit) !== undefined) return
  const known = Object.keys(millimetresIn)
  const meant = nearest(unit, [...known, ...Object.keys(longNames)])
  const hint = meant === undefined ? '' : `. Did you mean "${ownValue(longNames, meant) ?? meant}"?`
  remarks.note('pipeline/unknown-unit', document.where(['romi', 'unit']), {
    key: 'romi.unit',
    message:
      `the unit "${unit}" is none of ${known.join(', ')}: tables bear it as it is, ` +
      `and the page takes one for a millimetre${hint}`,
  })
}

const longNames: Readonly<Record<string, string>> = {
  millimetre: 'mm',
  millimeter: 'mm',
  centimetre: 'cm',
  centimeter: 'cm',
  decimetre: 'dm',
  metre: 'm',
  meter: 'm',
}
