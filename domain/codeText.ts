import type { Code } from './careEvent.ts'

/** A code as people write it: codes are kept without their dot (E119), and read with it (E11.9). CPT codes have none. */
export function codeText({ system, code }: Code): string {
  if (system === 'cpt' || code.includes('.')) return code
  // ICD-9's external causes have four places before the dot, everything else three.
  const whole = system === 'icd9' && code.startsWith('E') ? 4 : 3
  return code.length > whole ? `${code.slice(0, whole)}.${code.slice(whole)}` : code
}
