import { simulatedChannel } from '../activities/channels/simulated.ts'
import { type SmsConfig, twilioSms } from '../activities/channels/sms.ts'
import type { ActivityDeps } from '../activities/deps.ts'
import type { Encryption } from '../db/encryption.ts'
import type { Database } from '../db/orm.ts'
import { recordProviderReport } from '../db/providerReport.ts'
import { createSimulatorStore } from '../db/simulatorStore.ts'
import type { Clock } from '../domain/instant.ts'
import { twilioStatusCallbackUrl } from '../domain/twilioCallback.ts'

interface ChannelDeps {
  database: Database
  encryption: Encryption
  clock: Clock
  publicUrl: string
  /** null: SMS goes to the simulated phone. */
  twilio: SmsConfig | null
}

/**
 * The channels of this installation. Where real messages go out, what has no provider is no channel: on a simulated
 * phone that nobody looks at, a message would count as delivered.
 */
export function setUpChannels(deps: ChannelDeps): ActivityDeps['channels'] {
  if (deps.twilio) return { sms: twilio(deps, deps.twilio) }
  const simulator = simulated(deps)
  return { sms: simulator, voice: simulator, email: simulator }
}

function simulated({ database, encryption, clock }: ChannelDeps): NonNullable<ActivityDeps['channels']['sms']> {
  const channel = simulatedChannel({
    store: createSimulatorStore(database, encryption),
    report: async (report) => {
      await recordProviderReport({ database, encryption }, report)
    },
    now: clock,
  })
  return { channel, queue: 'simulated', statusCallbackUrl: () => null }
}

function twilio(
  { database, publicUrl }: ChannelDeps,
  settings: SmsConfig,
): NonNullable<ActivityDeps['channels']['sms']> {
  const channel = twilioSms(settings, {
    isClaimed: async (providerId) => (await database.lookup.providerMessage('twilio', providerId)) !== null,
  })
  return { channel, queue: 'sms', statusCallbackUrl: (attemptId) => twilioStatusCallbackUrl(publicUrl, attemptId) }
}
