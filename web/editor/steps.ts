import { type FormData, one } from '../formData.ts'
import type { ActionForm } from './form.ts'
import { emptyLanguage } from './messageForm.ts'

const languageTag = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/

/** What a button inside the form does to it before it is shown again: "removeLanguage es", "removeCode icd10 E11". */
export function afterStep(form: ActionForm, submitted: FormData): ActionForm {
  const [name, value = ''] = one(submitted, 'step').split(/ (.*)/)
  const what = name === 'addLanguage' ? one(submitted, 'languageToAdd') : value
  const { message, codes } = form
  const { translations } = message
  if (name === 'addLanguage' && languageTag.test(what) && !translations.some(([tag]) => tag === what))
    return {
      ...form,
      message: { ...message, shown: what, translations: [...translations, [what, emptyLanguage]] },
    }
  if (name === 'removeLanguage')
    return {
      ...form,
      message: { ...message, shown: 'all', translations: translations.filter(([tag]) => tag !== what) },
    }
  if (name === 'removeCode') {
    const left = codes.codes.filter(({ system, code }) => `${system} ${code}` !== what)
    return { ...form, codes: { ...codes, codes: left, mode: left.length === 0 ? 'any' : codes.mode } }
  }
  return form
}
