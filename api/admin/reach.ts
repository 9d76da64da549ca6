import * as z from 'zod'
import type { Tx } from '../../db/orm.ts'
import { reachDefaults, readReach } from '../../db/queries/reach.ts'
import { readKnownIds } from '../../db/queries/references.ts'
import { type ActionDefinition, actionDefinitionSchema } from '../../domain/action.ts'
import { definitionProblems } from '../../domain/checkDefinition.ts'
import { invalid } from '../../domain/problem.ts'
import { route } from '../route.ts'
import { flattened, previewOf } from './preview.ts'
import { judgeAtMost, reachAnswer } from './reachShapes.ts'

const { careEventId: _careEventId, ...definition } = previewOf
const { title, timing, message } = actionDefinitionSchema.shape

/** An editor asks before there is a title or a text; the rest decides who is reached. */
const reachOf = {
  ...definition,
  timing,
  message,
  title: title.default('Untitled'),
  horizonDays: z.int().min(1).max(1_100).default(reachDefaults.horizonDays),
  judgeAtMost: judgeAtMost.default(reachDefaults.judgeAtMost),
}

export const reachRoutes = [
  route({
    method: 'post',
    path: '/api/custom-actions/reach',
    tag: 'Custom actions',
    role: 'staff',
    summary: 'Who would get the messages of a definition, saved or not, that are due within the horizon',
    prepare: flattened,
    body: z.strictObject(reachOf),
    response: reachAnswer,
    handle: async ({ tx, body, deps, now }) => {
      const { horizonDays, judgeAtMost, id, version: _v, createdAt: _c, editedAt: _e, activatedAt: _a, ...rest } = body
      const { waiting: _w, sentLast7Days: _s, ...asked } = rest
      await refuseWrong(tx, asked)
      const actionId = z.uuid().safeParse(id).data ?? null
      const configuration = await deps.configuration.read(tx)
      return readReach(tx, configuration, { definition: asked, actionId, horizonDays, judgeAtMost }, now)
    },
  }),
]

/** What is wrong with everything but the text, which is not asked for here. */
async function refuseWrong(tx: Tx, asked: ActionDefinition): Promise<void> {
  const ofText = /^(message|templateId|channels)/
  const problems = definitionProblems(asked, { isAdmin: true, known: await readKnownIds(tx, asked) })
  const wrong = problems.filter(({ path }) => !ofText.test(path))
  if (wrong.length > 0) throw invalid(wrong)
}
