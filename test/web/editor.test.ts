import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { type Site, startSite } from './site.ts'

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

let site: Site
let page: Page
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())

const message = () => page.locator('#message-body')
const preview = () => page.locator('#preview')
/** Of the message's texts. */
const tab = (name: string) => page.locator('#texts > .text-tabs > label', { hasText: name })
const bubble = () => preview().locator('.bubble')

describe('a new action', () => {
  it('is written as a sentence, previewed while it is written, saved and activated', async () => {
    page = await site.open('/actions/new')
    await page.getByLabel('Title').fill('Bring your card')
    await page.getByLabel('Group').selectOption({ label: 'Before the visit' })
    await page.getByLabel('How many').fill('3')
    await message().fill(
      'Hi {{ patient.firstName }}, please bring your insurance card on {{ appointment.start | date_short }}.',
    )
    await bubble().getByText('Hi Maria, please bring your insurance card on Mar 9.').waitFor()
    expect(await preview().locator('.counter').textContent()).toMatch(/52 characters\s*1 segment\s*GSM-7/)
    expect(await preview().getByLabel('When this patient gets it').textContent()).toContain(
      'Due Fri, Mar 6, 10:00 AM EST. No rule moves it.',
    )
    expect(await preview().getByLabel('Next sends').locator('li').allTextContents()).toEqual([
      expect.stringMatching(/Maria Quill\s*Fri, Mar 6, 10:00 AM EST/),
      expect.stringMatching(/Aiko Tanaka-Featherstonehaugh\s*Tue, Mar 10, 10:00 AM EDT/),
    ])
    await page.getByRole('button', { name: 'Save and activate' }).click()
    expect(await page.locator('#notice').textContent()).toContain('“Bring your card” saved. It is active')
    await page.goto('/actions')
    expect(await page.locator('tr.row', { hasText: 'Bring your card' }).textContent()).toContain(
      '3 days before the appointment, at 10:00 AM',
    )
  })

  it('shows what was typed before the scripts had run', async () => {
    page = await site.open('/actions')
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route('**/static/js/main.js*', async (route) => {
      await held
      await route.continue()
    })
    await page.goto('/actions/new', { waitUntil: 'commit' })
    await page.getByLabel('Title').fill('Early')
    await message().fill('Early bird {{ patient.firstName }}.')
    release()
    await bubble()
      .getByText(/^Early bird \w+\.$/)
      .waitFor()
  })

  it('starts inactive when it is only saved', async () => {
    page = await site.open('/actions/new')
    await page.getByLabel('Title').fill('For later')
    await message().fill('Hello.')
    await page.getByRole('button', { name: 'Save as inactive' }).click()
    expect(await page.locator('.page-head').textContent()).toContain('Inactive')
  })
})

describe('what is wrong', () => {
  it('is said beside each field and summed up on top, and nothing that was typed is lost', async () => {
    page = await site.open('/actions/new')
    await page.getByLabel('How many').fill('-1')
    await page.getByLabel('Unit').selectOption('hours')
    await message().fill('Hi {{ patient.firstNam }}\nat {{ facility.nam }}')
    await page.locator('#filter-providerIds summary').click()
    await page.locator('#filter-providerIds').getByLabel('Only these:').check()
    await page.getByRole('button', { name: 'Save and activate' }).click()

    const summary = await page.getByRole('alert').locator('li').allTextContents()
    expect(summary).toEqual([
      expect.stringMatching(/^Title: a title is needed/),
      expect.stringMatching(/^When: /),
      expect.stringMatching(/^Providers: tick at least one, or choose any/),
      expect.stringMatching(/^Message: line 1, column \d+: there is no squiggly 'patient.firstNam'/),
      expect.stringMatching(/^Message: line 2, column \d+: there is no squiggly 'facility.nam'/),
    ])
    await page.locator('#problems:focus').waitFor()
    expect(await page.getByLabel('How many').getAttribute('aria-invalid')).toBe('true')
    expect(await page.getByLabel('How many').inputValue()).toBe('-1')
    expect(await message().inputValue()).toBe('Hi {{ patient.firstNam }}\nat {{ facility.nam }}')
    expect(await page.getByLabel('Time of day').isVisible()).toBe(false)
    await page.getByRole('alert').getByRole('link', { name: /^When/ }).click()
    expect(page.url()).toContain('#timing-offset')
  })

  it('in the text is told at its line and column, with the name that was probably meant', async () => {
    page = await site.open('/actions/new')
    await page.getByLabel('Title').fill('Typing mistakes')
    await message().fill('Hi {{ patient.firstNam }}\nat {{ facility.name }}')
    const problem = page.locator('#message-body-error li')
    await problem.getByText('patient.firstNam').waitFor()
    expect(await problem.textContent()).toMatch(/Line 1, column \d+.*did you mean 'patient.firstName'\?/)
    expect(await page.locator('.marks .unknown').textContent()).toBe('{{ patient.firstNam }}')
    await problem.getByRole('button', { name: /^Line 1/ }).click()
    await page.locator('#message-body:focus').waitFor()
    expect(await message().getAttribute('aria-invalid')).toBe('true')
    await problem.getByRole('button', { name: 'Use patient.firstName' }).click()
    expect(await message().inputValue()).toBe('Hi {{ patient.firstName }}\nat {{ facility.name }}')
    await bubble().getByText('Riverside Endoscopy').waitFor()

    await message().fill('Hi {{ patient.firstNam }}')
    await page.getByRole('button', { name: 'Save and activate' }).click()
    expect(await page.locator('#message-body-error').textContent()).toMatch(/^\s*Line 1, column \d+ /)
  })

  it('that one patient lacks a value is said before anything is sent', async () => {
    page = await site.open('/actions/new')
    await message().fill('Bring {{ appointment.instructions }}')
    await preview().getByText('appointment.instructions, which is not known').waitFor()
  })
})

describe('the message field', () => {
  it('offers squigglies while one types, by keyboard', async () => {
    page = await site.open('/actions/new')
    await message().pressSequentially('Hi {{ first')
    const offers = page.locator('#completions [role=option]')
    expect((await offers.allTextContents())[0]).toContain('patient.firstName')
    expect(await message().getAttribute('aria-activedescendant')).toBe('completion-0')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    expect(await message().inputValue()).toBe('Hi {{ patient.firstName }}')
    await message().pressSequentially(' {{ fac')
    await page.keyboard.press('Escape')
    expect(await page.locator('#completions').isVisible()).toBe(false)
  })

  it('takes one from the menu, with what it means', async () => {
    page = await site.open('/actions/new')
    await page.getByRole('button', { name: 'Insert a squiggly' }).click()
    await page
      .locator('#squiggly-menu')
      .getByRole('button', { name: /^provider.name/ })
      .click()
    expect(await message().inputValue()).toBe('{{ provider.name }}')
    expect(await page.locator('#squiggly-menu').isVisible()).toBe(false)
  })

  it('warns when a character makes the SMS dearer', async () => {
    page = await site.open('/actions/new')
    await message().fill('See you soon 🙂')
    await preview().getByText('UCS-2').waitFor()
    expect(await preview().textContent()).toContain('outside the plain SMS alphabet')
  })
})

describe('texts of their own', () => {
  it('are written for a channel and a language, previewed, kept, and taken away again', async () => {
    page = await site.open('/actions/new')
    await page.getByLabel('Title').fill('In two languages')
    await message().fill('Hi {{ patient.firstName }}.')
    await tab('E-mail').click()
    await page.locator('#message-channels-email-subject').fill('Your visit')
    await page.getByRole('textbox', { name: 'E-mail text' }).fill('Dear {{ patient.firstName }}, see you.')
    await preview().getByRole('radio', { name: 'E-mail' }).check({ force: true })
    await bubble().getByText('Dear Devon, see you.').waitFor()
    expect(await bubble().locator('.subject').textContent()).toBe('Your visit')

    await page.getByLabel('Translate into').selectOption({ label: 'Spanish' })
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    const spanish = page.getByRole('textbox', { name: 'Spanish text' })
    await spanish.waitFor()
    expect(await page.locator('[data-saved-state]').count()).toBe(0)
    await page.getByRole('button', { name: 'Save as inactive' }).click()
    expect(await page.getByRole('alert').locator('li').allTextContents()).toEqual([
      expect.stringMatching(/^Spanish text: write the translation, or remove the language/),
    ])
    expect(await spanish.isVisible()).toBe(true)
    await spanish.pressSequentially('Hola {{ prefe')
    await page.keyboard.press('Enter')
    expect(await spanish.inputValue()).toBe('Hola {{ patient.preferredName }}')
    await spanish.fill('Hola {{ patient.firstNam }}')
    await page.locator('#message-translations-es-body-error').getByText('patient.firstNam').waitFor()
    expect(await page.locator('.text-panel:visible .marks .unknown').textContent()).toBe('{{ patient.firstNam }}')
    await spanish.fill('Hola {{ patient.firstName }}.')
    await preview().getByRole('radio', { name: 'Spanish' }).check({ force: true })
    await bubble().getByText('Hola Devon.').waitFor()
    await page.getByRole('button', { name: 'Save as inactive' }).click()
    await page.locator('#notice').waitFor()
    expect(await page.locator('#texts > .text-tabs > label').allTextContents()).toEqual([
      'Every channel',
      'SMS',
      'Call',
      expect.stringMatching(/^E-mail\s+own text$/),
      'Spanish',
    ])
    await tab('Spanish').click()
    await page.getByRole('button', { name: 'Remove Spanish' }).click()
    await spanish.waitFor({ state: 'detached' })
    await page.locator('[data-saved-state]').getByText('Changes not saved yet').waitFor()
    await page.getByRole('button', { name: 'Save as inactive' }).click()
    await page.locator('#notice').waitFor()
    expect(await tab('Spanish').count()).toBe(0)
  })

  it('are written for one channel of a translation, at any width, and found again', async () => {
    page = await site.open('/actions/new')
    await page.getByLabel('Title').fill('A short text in Spanish')
    await message().fill('Hi {{ patient.firstName }}.')
    await page.getByLabel('Translate into').selectOption({ label: 'Spanish' })
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('textbox', { name: 'Spanish text' }).fill('Hola {{ patient.firstName }}, nos vemos.')
    const channels = page.getByRole('group', { name: 'Spanish, by channel' })
    await channels.locator('.text-tab + label', { hasText: 'SMS' }).click()
    const spanishSms = page.getByRole('textbox', { name: 'Spanish SMS text' })
    await spanishSms.fill('Hola {{ patient.firstNam }}')
    await page.locator('.text-panel:visible .text-problems').getByText('patient.firstNam').waitFor()
    await channels.locator('.text-tab + label', { hasText: 'Every channel' }).click()
    await page.getByRole('button', { name: 'Save as inactive' }).click()
    expect(await page.getByRole('alert').locator('li').allTextContents()).toEqual([
      expect.stringMatching(/^Spanish SMS text: line 1, column 9: .*patient.firstNam/),
    ])
    expect(await spanishSms.isVisible()).toBe(true)
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 844 })
      const { violations } = await page.evaluate<AxeResults>(`${axe}; axe.run({ resultTypes: ['violations'] })`)
      expect(violations.map(({ id }) => id)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
    }
    await spanishSms.fill('Hola {{ patient.firstName }}')
    await preview().getByRole('radio', { name: 'Spanish' }).check({ force: true })
    await bubble().getByText('Hola Devon', { exact: true }).waitFor()
    await preview().getByRole('radio', { name: 'E-mail' }).check({ force: true })
    await bubble().getByText('Hola Devon, nos vemos.').waitFor()
    await page.getByRole('button', { name: 'Save as inactive' }).click()
    await page.locator('#notice').waitFor()
    await tab('Spanish').click()
    expect(await channels.locator('label:visible').filter({ hasText: 'own text' }).allTextContents()).toEqual([
      expect.stringMatching(/^SMS\s+own text$/),
    ])
    await channels.locator('.text-tab + label', { hasText: 'SMS' }).click()
    expect(await spanishSms.inputValue()).toBe('Hola {{ patient.firstName }}')
  })
})

describe('a button of the form', () => {
  it('that is pressed while the preview is about to be asked for gets its own answer', async () => {
    page = await site.open('/actions/new')
    const previewed = page.waitForResponse('**/actions/preview')
    await page.route('**/actions/form', async (route) => {
      await previewed
      await route.continue()
    })
    await message().fill('Hi there.')
    await page.getByLabel('Translate into').selectOption({ label: 'Spanish' })
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('textbox', { name: 'Spanish text' }).waitFor()
    await bubble().getByText('Hi there.').waitFor()
    expect(await page.locator('form.columns').count()).toBe(1)
  })

  it('that takes a language away is not answered by a preview of it that was under way', async () => {
    page = await site.open('/actions/new')
    await message().fill('Hi there.')
    await page.getByLabel('Translate into').selectOption({ label: 'Spanish' })
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    const spanish = page.getByRole('textbox', { name: 'Spanish text' })
    await spanish.waitFor()
    await bubble().getByText('Hi there.').waitFor()
    const removed = Promise.withResolvers<void>()
    const late = Promise.withResolvers<void>()
    await page.route('**/actions/preview', async (route) => {
      const isOfSpanish = route.request().postData()?.includes('Hola') ?? false
      const response = await route.fetch()
      if (isOfSpanish) {
        late.resolve()
        await removed.promise
      }
      // One that was given up takes no answer.
      await route.fulfill({ response }).catch(() => undefined)
    })
    await spanish.fill('Hola.')
    await late.promise
    const without = page.waitForResponse(
      (response) => response.url().endsWith('/preview') && !response.request().postData()?.includes('Hola'),
    )
    await page.getByRole('button', { name: 'Remove Spanish' }).click()
    await spanish.waitFor({ state: 'detached' })
    removed.resolve()
    await without
    await message().fill('Hi again.')
    await bubble().getByText('Hi again.').waitFor()
    expect(site.faults).toEqual([])
  })
})

describe('an existing action', () => {
  it('shows when a chosen patient gets it, and what moved it', async () => {
    page = await site.open(`/actions/${site.practice.actions.morningOf}`)
    await preview()
      .getByLabel('Patient to preview')
      .selectOption({ label: 'Maria Quill, Mon, Mar 9, 9:00 AM EDT, Colonoscopy' })
    await preview().getByText('See you at 9:00 AM today, Maria.').waitFor()
    expect(await preview().getByLabel('When this patient gets it').textContent()).toContain(
      'Due Mon, Mar 9, 7:00 AM EDT. Because of quiet hours it goes out Sat, Mar 7, 7:00 PM EST.',
    )
    const line = preview().locator('svg[role=img]')
    expect(await line.getAttribute('aria-label')).toContain('the visit is Mon, Mar 9, 9:00 AM EDT')
    expect(await line.locator('.blocked').count()).toBeGreaterThan(2)
  })

  it('is previewed as a secure message where the facility is sensitive', async () => {
    const mark = (sensitive: boolean) =>
      site.database.inOrganization(site.practice.organizationId, (tx) =>
        tx.query('update facility set sensitive = $2 where id = $1', [site.practice.facility, sensitive]),
      )
    await mark(true)
    page = await site.open(`/actions/${site.practice.actions.prep}`)
    expect(await bubble().textContent()).toContain('has a private message for you')
    expect(await preview().locator('.opened').textContent()).toContain('Hi Devon, your visit with Dr. Osei')
    await mark(false)
  })

  it('changes with its filters: one provider only', async () => {
    page = await site.open(`/actions/${site.practice.actions.morningOf}`)
    const picker = page.locator('#filter-providerIds')
    await picker.locator('summary').click()
    await picker.getByLabel('Dr. Lindqvist').check()
    expect(await picker.locator('[data-chosen]').textContent()).toBe('Dr. Lindqvist')
    await preview().getByText('None of the next').waitFor()
    await picker.getByLabel('Dr. Lindqvist').uncheck()
    expect(await picker.locator('[data-chosen]').textContent()).toBe('Any provider')
  })

  it('leaves links out of a call, and says so', async () => {
    page = await site.open(`/actions/${site.practice.actions.prep}`)
    await message().fill('Hi {{ patient.firstName }}. Confirm here: {{ appointment.confirmLink }}')
    await bubble().getByText('Confirm here: https://').waitFor()
    await preview().getByText('Call', { exact: true }).click()
    await preview().getByText('A call leaves links out').waitFor()
    expect(await bubble().textContent()).toBe('Hi Devon. Confirm here.')
  })

  it('says what has to be done for the next sends to be so', async () => {
    page = await site.open(`/actions/${site.practice.actions.prep}`)
    const next = preview().getByLabel('Next sends')
    await next.getByText('As it is saved, over the appointments that come next.').waitFor()
    await page.getByLabel('How many').fill('3')
    await next.getByText('If you saved it now, over the appointments that come next.').waitFor()
    page = await site.open(`/actions/${site.practice.actions.forms}`)
    await preview()
      .getByLabel('Next sends')
      .getByText('If you saved and activated it now, over the appointments that come next.')
      .waitFor()
  })

  it('says what saving would do to what waits, and asks before messages are dropped', async () => {
    page = await site.open(`/actions/${site.practice.actions.morningOf}`)
    const impact = page.getByLabel('If you save now')
    expect(await impact.textContent()).toContain('Nothing changes for the messages that wait.')
    const picker = page.locator('#filter-providerIds')
    await picker.locator('summary').click()
    await picker.getByLabel('Dr. Lindqvist').check()
    await impact.getByText('are dropped').waitFor()
    await page.getByRole('button', { name: 'Save changes' }).click()
    const confirm = page.getByRole('alert')
    expect(await confirm.getByRole('heading').textContent()).toBe(
      'Nothing is saved yet: saving would drop 3 waiting messages.',
    )
    expect(await confirm.locator('.changes-list li').first().textContent()).toContain(
      '→ None of the providers is among those the action asks for.',
    )
    await page.locator('#confirm:focus').waitFor()
    await confirm.getByRole('link', { name: 'Go on editing' }).click()
    expect(await confirm.count()).toBe(0)
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.getByRole('button', { name: 'Save and drop 3 waiting messages' }).click()
    expect(await page.locator('#notice').textContent()).toContain('saved')
    await picker.locator('summary').click()
    await picker.getByLabel('Any provider').check()
    await page.getByRole('button', { name: 'Save changes' }).click()
    expect(await page.locator('#notice').textContent()).toContain('saved')
  })

  it('narrows a long list while one types', async () => {
    page = await site.open(`/actions/${site.practice.actions.prep}`)
    const picker = page.locator('#filter-appointmentTypeIds')
    await picker.locator('summary').click()
    await picker.getByLabel('Find in Types').fill('tele')
    expect(await picker.locator('.picker-list .choice:visible').allTextContents()).toEqual(['Telehealth'])
  })

  it('asks before changes are lost, and says when they are not saved', async () => {
    page = await site.open(`/actions/${site.practice.actions.prep}`)
    await page.getByLabel('Title').fill('Prep')
    expect(await page.locator('[data-saved-state]').textContent()).toBe('Changes not saved yet')
    const asked = page.waitForEvent('dialog')
    const leaving = page.goto('/actions')
    await (await asked).accept()
    await leaving
  })

  it('is never overwritten unseen when two edit it at once', async () => {
    const path = `/actions/${site.practice.actions.forms}`
    const theirs = await site.open(path, { as: 'manager' })
    page = await site.open(path)
    await theirs.getByLabel('Title').fill('New-patient papers')
    await theirs.getByRole('button', { name: 'Save as inactive' }).click()
    await theirs.locator('#notice').waitFor()

    await page.getByLabel('How many').fill('5')
    await page.getByRole('button', { name: 'Save as inactive' }).click()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain(
      'Somebody else changed “New-patient papers”',
    )
    expect(await page.getByRole('main').textContent()).toContain('by Sam Okafor')
    expect(await page.locator('.changes tbody tr').allTextContents()).toEqual([
      expect.stringMatching(/Title\s*New-patient papers\s*New-patient forms/),
      expect.stringMatching(/When\s*7 days before the appointment\s*5 days before the appointment/),
    ])
    await page.getByRole('button', { name: 'Go on editing mine' }).click()
    expect(await page.getByLabel('How many').inputValue()).toBe('5')
    await page.getByRole('button', { name: 'Save as inactive' }).click()
    expect(await page.locator('#notice').textContent()).toContain('saved')
  })
})

describe('without script', () => {
  it('is previewed with a button, saved, and found again', async () => {
    page = await site.open('/actions/new', { javaScriptEnabled: false })
    await page.getByLabel('Title').fill('Plain')
    await message().fill('Hi {{ patient.firstName }}.')
    await page.getByRole('button', { name: 'Preview' }).click()
    expect(await bubble().textContent()).toMatch(/^Hi (Devon|Maria)\.$/)
    expect(await page.getByLabel('Title').inputValue()).toBe('Plain')
    await page.getByRole('button', { name: 'Save and activate' }).click()
    await page.goto('/actions?q=plain')
    expect(await page.locator('tr.row .title').allTextContents()).toEqual(['Plain'])
  })
})

it('left no fault in any browser or in the server', () => {
  expect(site.faults).toEqual([])
})
