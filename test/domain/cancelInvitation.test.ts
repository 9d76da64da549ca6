import { describe, expect, it } from '@jest/globals'
import { cancelInvitation } from '../../domain/cancelInvitation.ts'

describe('inviting the reply CANCEL', () => {
  it.each([
    ['Reply CANCEL to cancel.', 6],
    ['To cancel, reply CANCEL', 17],
    ['Reply YES to confirm or CANCEL to cancel', 24],
    ['See you soon. Text CANCEL if you cannot come.', 19],
    ['reply cancel if you cannot come', 6],
    ['Reply with the word cancel', 20],
    ['Please reply "cancel" to this message', 14],
    ['Responda CANCELAR si no puede venir', 9],
    ['Envíe CANCELAR', 6],
  ])('%s: at %i', (text, index) => {
    expect(cancelInvitation(text)).toBe(index)
  })

  it.each([
    ['Reply X to cancel your appointment.'],
    ['REPLY X TO CANCEL'],
    ['Reply C to confirm, X to cancel'],
    ['Reply STOP to opt out'],
    ['Call us to cancel.'],
    ['If you need to cancel, call us. Reply C to confirm.'],
    ['CANCEL FEES APPLY. Reply C to confirm'],
    ['Responda X para cancelar su cita'],
    ['Your appointment was cancelled. Text us with questions.'],
    [''],
  ])('%s: not at all', (text) => {
    expect(cancelInvitation(text)).toBe(-1)
  })
})
