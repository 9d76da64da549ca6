import { describe, expect, it } from '@jest/globals'
import {
  type ChoiceContext,
  chooseFiles,
  type KnownFile,
  type ListedFile,
  settleMs,
} from '../../../../domain/inbound/sftp/choose.ts'

const now = Date.UTC(2026, 10, 9, 15)
const modifiedAt = now - 3_600_000
const context: ChoiceContext = {
  settings: { pattern: '*.csv', afterwards: { action: 'leave' } },
  ...{ version: 2, maxBytes: 1_000, now },
}

const listed = (name: string, more: Partial<ListedFile> = {}): ListedFile => ({
  ...{ name, kind: 'file', size: 10, modifiedAt },
  ...more,
})
const known = (name: string, more: Partial<KnownFile> = {}): KnownFile => ({
  ...{ name, size: 10, modifiedAt, unchangedSince: now - settleMs, storedAt: null, finished: false, refusedBy: null },
  ...more,
})
const names = (files: readonly { name: string }[]) => files.map(({ name }) => name)

describe('the files of a folder', () => {
  it('that are new are looked at twice, however old the server says they are', () => {
    const first = chooseFiles([listed('a.csv')], [], context)
    expect([names(first.take), names(first.waiting)]).toEqual([[], ['a.csv']])
    const tooSoon = chooseFiles([listed('a.csv')], first.known, { ...context, now: now + settleMs - 1 })
    expect(names(tooSoon.take)).toEqual([])
    const second = chooseFiles([listed('a.csv')], tooSoon.known, { ...context, now: now + settleMs })
    expect([names(second.take), names(second.waiting)]).toEqual([['a.csv'], []])
  })

  it.each<[what: string, now: Partial<ListedFile>]>([
    ['larger', { size: 11 }],
    ['smaller', { size: 9 }],
    ['written to again', { modifiedAt: modifiedAt + 1_000 }],
  ])('that are %s than before wait from the start', (_what, change) => {
    const choice = chooseFiles([listed('a.csv', change)], [known('a.csv')], context)
    expect([names(choice.take), names(choice.waiting)]).toEqual([[], ['a.csv']])
    expect(choice.known).toEqual([known('a.csv', { ...change, unchangedSince: now })])
  })

  it('that were stored are not taken again, unless they were replaced', () => {
    const stored = known('a.csv', { storedAt: now - 1, finished: true })
    expect(names(chooseFiles([listed('a.csv')], [stored], context).take)).toEqual([])
    const replaced = chooseFiles([listed('a.csv', { size: 20 })], [stored], context)
    expect(names(replaced.waiting)).toEqual(['a.csv'])
    expect(replaced.known[0]?.storedAt).toBeNull()
  })

  it('are taken oldest first, and by name where they are of the same second', () => {
    const all = [
      listed('c.csv', { modifiedAt: modifiedAt + 1_000 }),
      listed('b.csv'),
      listed('a.csv', { modifiedAt: modifiedAt + 2_000 }),
      listed('a-1.csv'),
    ]
    const before = all.map((file) => known(file.name, { modifiedAt: file.modifiedAt }))
    expect(names(chooseFiles(all, before, context).take)).toEqual(['a-1.csv', 'b.csv', 'c.csv', 'a.csv'])
  })

  it.each<[what: string, file: ListedFile]>([
    ['another name than asked for', listed('a.txt')],
    ['a folder', listed('a.csv', { kind: 'folder' })],
    ['a link', listed('a.csv', { kind: 'link' })],
    ['a pipe', listed('a.csv', { kind: 'other' })],
    ['a path', listed('x/a.csv')],
    ['a path out of the folder', listed('../a.csv')],
    ['a path of Windows', listed('..\\a.csv')],
    ['a name that breaks lines', listed('a\n.csv')],
    ['a name that is too long', listed(`${'a'.repeat(252)}.csv`)],
  ])('are passed over when they are %s', (_what, file) => {
    expect(chooseFiles([file], [known(file.name)], context)).toEqual({
      ...{ take: [], finish: [], waiting: [], tooLarge: [], known: [] },
    })
  })

  it('are passed over when they are dots, whatever is asked for', () => {
    const all = chooseFiles([listed('.'), listed('..'), listed('...')], [], {
      ...context,
      settings: { ...context.settings, pattern: '*' },
    })
    expect(names(all.known)).toEqual(['...'])
  })

  it('are named, not taken, when they are too large', () => {
    const sizes = [listed('a.csv', { size: context.maxBytes }), listed('b.csv', { size: context.maxBytes + 1 })]
    const before = sizes.map(({ name, size }) => known(name, { size }))
    const choice = chooseFiles(sizes, before, context)
    expect([names(choice.take), names(choice.tooLarge)]).toEqual([['a.csv'], ['b.csv']])
  })

  it('that are gone are forgotten', () => {
    expect(chooseFiles([], [known('a.csv')], context).known).toEqual([])
  })

  it.each<[what: string, action: 'leave' | 'move' | 'delete', finished: boolean, finish: string[]]>([
    ['are left where they are', 'leave', false, []],
    ['are to be moved, where that failed the last time', 'move', false, ['a.csv']],
    ['are to be deleted, where that failed the last time', 'delete', false, ['a.csv']],
    ['are done with', 'delete', true, []],
  ])('that were stored %s', (_what, action, finished, finish) => {
    const afterwards = action === 'move' ? { action, folder: 'done' } : { action }
    const stored = known('a.csv', { storedAt: now - 1, finished })
    const choice = chooseFiles([listed('a.csv')], [stored], {
      ...context,
      settings: { ...context.settings, afterwards },
    })
    expect([names(choice.finish), names(choice.take)]).toEqual([finish, []])
  })
  it('that were refused stay where they are, and are taken again once the source was edited', () => {
    const afterwards = { action: 'delete' } as const
    const refused = known('a.csv', { storedAt: now - 1, refusedBy: 2 })
    const settings = { ...context.settings, afterwards }
    const same = chooseFiles([listed('a.csv')], [refused], { ...context, settings })
    expect([names(same.finish), names(same.take)]).toEqual([[], []])
    const edited = chooseFiles([listed('a.csv')], [refused], { ...context, settings, version: 3 })
    expect([names(edited.finish), names(edited.take)]).toEqual([[], ['a.csv']])
  })
})
