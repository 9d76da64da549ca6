// Every page works without script; these modules make it quicker to use.
import { autoSubmit } from './autoSubmit.js'
import { busy } from './busy.js'
import { codePicker } from './codePicker.js'
import { copy } from './copy.js'
import { early } from './early.js'
import { formSteps } from './formSteps.js'
import { keepAlive } from './idle.js'
import { menus } from './menus.js'
import { messageField } from './messageField.js'
import { pickers } from './pickers.js'
import { rows } from './rows.js'
import { said } from './said.js'
import { sampleFile } from './sampleFile.js'
import { unsaved } from './unsaved.js'

for (const start of [
  rows,
  menus,
  pickers,
  messageField,
  codePicker,
  formSteps,
  autoSubmit,
  early,
  busy,
  copy,
  said,
  sampleFile,
  unsaved,
  keepAlive,
])
  start()
document.querySelector('#problems, #confirm')?.focus()
