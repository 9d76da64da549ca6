import type { Zone } from './instant.ts'

const eastern = 'America/New_York'
const central = 'America/Chicago'
const mountain = 'America/Denver'
const pacific = 'America/Los_Angeles'

/**
 * The zones that people in a US state or territory live by, the commoner first. Where there are two, a postal address
 * does not tell which, and a message must be allowed in both (Zones and calendars).
 */
const zonesByState: Readonly<Record<string, readonly Zone[]>> = {
  AL: [central],
  AK: ['America/Anchorage', 'America/Adak'],
  AZ: ['America/Phoenix', mountain],
  AR: [central],
  CA: [pacific],
  CO: [mountain],
  CT: [eastern],
  DC: [eastern],
  DE: [eastern],
  FL: [eastern, central],
  GA: [eastern],
  HI: ['Pacific/Honolulu'],
  IA: [central],
  ID: [mountain, pacific],
  IL: [central],
  IN: ['America/Indiana/Indianapolis', central],
  KS: [central, mountain],
  KY: [eastern, central],
  LA: [central],
  MA: [eastern],
  MD: [eastern],
  ME: [eastern],
  MI: ['America/Detroit', central],
  MN: [central],
  MO: [central],
  MS: [central],
  MT: [mountain],
  NC: [eastern],
  ND: [central, mountain],
  NE: [central, mountain],
  NH: [eastern],
  NJ: [eastern],
  NM: [mountain],
  NV: [pacific, mountain],
  NY: [eastern],
  OH: [eastern],
  OK: [central],
  OR: [pacific, mountain],
  PA: [eastern],
  RI: [eastern],
  SC: [eastern],
  SD: [central, mountain],
  TN: [central, eastern],
  TX: [central, mountain],
  UT: [mountain],
  VA: [eastern],
  VT: [eastern],
  WA: [pacific],
  WI: [central],
  WV: [eastern],
  WY: [mountain],
  AS: ['Pacific/Pago_Pago'],
  GU: ['Pacific/Guam'],
  MP: ['Pacific/Saipan'],
  PR: ['America/Puerto_Rico'],
  VI: ['America/St_Thomas'],
}

/** The zones of a two-letter state or territory; empty when the letters are none. */
export function zonesOfState(state: string | null): readonly Zone[] {
  return state === null ? [] : (zonesByState[state.trim().toUpperCase()] ?? [])
}
