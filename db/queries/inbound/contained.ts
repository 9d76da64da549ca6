import { normalizeCode } from '../../../domain/codes.ts'
import type { Applying, RecordOf } from './applying.ts'
import { applyCareEvent } from './careEvent.ts'
import { readContainedState, tombstoneOf } from './containedCopies.ts'

/**
 * Stores what an encounter holds itself, as of its version: what it holds no more, or what there is a record of its own
 * for, goes (Inbound: Encounter.diagnosis).
 */
export async function applyContained(
  applying: Applying,
  encounterId: string,
  { content, sourceVersion }: RecordOf<'encounter'>,
): Promise<void> {
  const { stored, said } = await readContainedState(applying, encounterId)
  const isSaid = ({ careEventKind, codes }: (typeof held)[number]['content']) =>
    codes.some(({ system, code }) => said.has(`${careEventKind} ${system} ${normalizeCode(system, code)}`))
  const held = content?.contained ?? []
  const kept = held.filter((each) => !isSaid(each.content))
  for (const { kind, externalId } of stored)
    if (!kept.some((each) => each.externalId === externalId && each.content.careEventKind === kind))
      await applyCareEvent(applying, { ...tombstoneOf(kind, externalId), sourceVersion })
  for (const { externalId, content: own } of kept)
    await applyCareEvent(applying, {
      kind: 'careEvent',
      careEventKind: own.careEventKind,
      deleted: false,
      content: own,
      externalId,
      sourceVersion,
    })
}
