// Organs in the scene: a line each, in the colour of its kind, and their numbers at their tips.
import type { OrganShown, Organs } from '../../api.ts'
import { tokenColour } from '../look.ts'
import { kindName, kindsInOrder } from '../organs/names.ts'
import { organLine } from '../organs/organ-path.ts'
import type { Label } from './labels.ts'
import { linesLayer, type LineLook } from './layers.ts'
import type { Place3 } from './place.ts'
import type { Stage } from './stage.ts'

/** What of the organs is to be seen. */
export interface OrgansLook {
  readonly showsLines: boolean
  readonly showsStem: boolean
  readonly showsNumbers: boolean
  /** Places in the list of organs. */
  readonly picked?: number
  readonly hovered?: number
}

/** Where an organ would be if it went on straight: its direction shows, and is not taken for itself. */
const onwardLook = { width: 1, opacity: 0.6 } as const

/** Lines of all organs but the picked one, by look; that one is drawn last, and broader. */
export function putOrgans(stage: Stage, organs: Organs | undefined, look: OrgansLook): void {
  stage.put(
    'stem',
    organs && look.showsStem && organs.stem.length >= 6
      ? linesLayer([organs.stem], { colour: tokenColour('fine'), width: 3, over: true })
      : undefined,
  )
  const groups = new Map<string, OrganShown[]>()
  organs?.organs.forEach((organ, i) => {
    if (i === look.picked || i === look.hovered) return
    const group = organ.counted ? organ.kind : 'left-out'
    groups.set(group, [...(groups.get(group) ?? []), organ])
  })
  for (const group of [...kindsInOrder, 'left-out']) {
    const members = groups.get(group)
    const isOut = group === 'left-out'
    const line: LineLook = {
      colour: tokenColour(isOut ? 'line-strong' : group),
      width: isOut ? 1.6 : 2.6,
      over: true,
    }
    const lines = look.showsLines ? (members ?? []).map(organLine) : []
    const measured = lines.map((one) => one.measured)
    const onward = lines.map((one) => one.onward).filter(({ length }) => length > 3)
    stage.put(`organs ${group}`, measured.length > 0 ? linesLayer(measured, line) : undefined)
    stage.put(
      `onward ${group}`,
      onward.length > 0 ? linesLayer(onward, { ...line, ...onwardLook }) : undefined,
    )
  }
  putOne(stage, 'organ hovered', organs, look.hovered === look.picked ? undefined : look.hovered, 4)
  putOne(stage, 'organ picked', organs, look.picked, 6)
}

function putOne(
  stage: Stage,
  name: string,
  organs: Organs | undefined,
  index: number | undefined,
  width: number,
): void {
  const organ = index === undefined ? undefined : organs?.organs[index]
  const line = { colour: tokenColour('picked'), width, over: true }
  const { measured, onward } = organ ? organLine(organ) : { measured: [], onward: [] }
  stage.put(name, organ && linesLayer([measured], line))
  stage.put(
    `${name} onward`,
    onward.length > 3 ? linesLayer([onward], { ...line, ...onwardLook }) : undefined,
  )
}

/** Numbers of counted organs; of the others the first letter of their kind; the picked one in full. */
export function organLabels(organs: Organs | undefined, look: OrgansLook): Label[] {
  if (!organs) return []
  return organs.organs.flatMap((organ, i): Label[] => {
    const isPicked = i === look.picked || i === look.hovered
    if (!look.showsNumbers && !isPicked) return []
    const text = organ.number === undefined ? organ.kind[0] : String(organ.number)
    return [
      {
        text: isPicked ? `${organ.number ?? ''} ${kindName(organ.kind)}`.trim() : text,
        at: endOf(organ),
        className: isPicked ? 'picked' : organ.counted ? organ.kind : 'left-out',
        weight: isPicked ? 2 : organ.counted ? 1 : 0,
      },
    ]
  })
}

/** A little beyond its tip. */
function endOf({ insertion, tip }: OrganShown): Place3 {
  const beyond = 1.06
  return [0, 1, 2].map((k) => insertion[k] + beyond * (tip[k] - insertion[k])) as [
    number,
    number,
    number,
  ] // three of three
}
