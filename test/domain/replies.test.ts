import { describe, expect, it } from '@jest/globals'
import { classifyReply } from '../../domain/replies.ts'

describe("a patient's text", () => {
  it.each<[string, string[], object]>([
    [
      'opts out',
      [
        'STOP',
        'stop',
        ' Stop. ',
        'STOPALL',
        'stop all',
        'Unsubscribe',
        'END',
        'quit',
        'Revoke',
        'optout',
        'Opt-Out',
        '"STOP"',
        'Please stop!',
      ],
      { kind: 'optOut', inbox: false },
    ],
    [
      'opts out in Spanish',
      ['ALTO', 'Pare', 'parar', '¡Basta!', 'no más', 'Darme de baja'],
      { kind: 'optOut', inbox: false },
    ],
    ['opts out and is shown to people', ['CANCEL', 'cancel.', 'Cancelar'], { kind: 'optOut', inbox: true }],
    ['opts in', ['START', 'unstop', 'Iniciar'], { kind: 'optIn', inbox: false }],
    ['asks for help', ['HELP', 'help!', 'info', 'ayuda'], { kind: 'help', inbox: false }],
    ['confirms', ['C', 'c', '1', ' 1. ', '"C"'], { kind: 'confirm', inbox: false }],
    ['asks to cancel the visit', ['X', 'x', '2', '2!'], { kind: 'cancelRequest', inbox: false }],
    [
      'is for people to read',
      [
        '',
        '👍',
        '12',
        'stop by at 9?',
        'Can I cancel?',
        'cancel my appointment',
        'I want to start later',
        'C u soon',
        'help me park',
        'yes',
        'si',
      ],
      { kind: 'other', inbox: true },
    ],
  ])('%s: %j', (_what, texts, expected) => {
    for (const text of texts) expect([text, classifyReply(text, { promptOpen: false })]).toEqual([text, expected])
  })

  it.each(['YES', 'yes!', 'Sí', 'si', 'Confirm', 'confirmo', 'ok'])('%s confirms while a prompt is open', (text) => {
    expect(classifyReply(text, { promptOpen: true })).toEqual({ kind: 'confirm', inbox: false })
  })

  it('opts out by STOP even while a prompt is open', () => {
    expect(classifyReply('stop', { promptOpen: true })).toEqual({ kind: 'optOut', inbox: false })
  })
})
