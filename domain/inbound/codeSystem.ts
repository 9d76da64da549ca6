import type { CodeSystem } from '../careEvent.ts'

/** What senders call the systems we compare codes of: URLs, OIDs, and the names of HL7's tables. */
const names: Record<CodeSystem, string> = {
  cpt: `ama-assn.org/go/cpt ama-assn.org/go/cpt-4 2.16.840.1.113883.6.12 cpt cpt4 c4 cpt-4`,
  icd9: `hl7.org/fhir/sid/icd-9 hl7.org/fhir/sid/icd-9-cm hl7.org/fhir/sid/icd-9-cm/diagnosis
    2.16.840.1.113883.6.103 2.16.840.1.113883.6.2 icd9 icd9cm icd-9 icd-9-cm i9 i9c i9cdx`,
  icd10: `hl7.org/fhir/sid/icd-10 hl7.org/fhir/sid/icd-10-cm 2.16.840.1.113883.6.90 2.16.840.1.113883.6.3
    icd10 icd10cm icd-10 icd-10-cm i10 i10c`,
}

const systems = new Map<string, CodeSystem>()
for (const [system, list] of Object.entries(names))
  for (const name of list.split(/\s+/)) systems.set(name, system as CodeSystem)

/**
 * The system that a name, URL or OID means; null when it is none whose codes are compared here. Procedure codes of
 * ICD-9 and ICD-10 (…6.104, …6.4, PCS) are none: they share shapes with diagnoses and mean something else.
 */
export function codeSystemOf(name: string): CodeSystem | null {
  const bare = name
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\/(www\.)?/, '')
    .replace(/^urn:oid:/, '')
    .replace(/[/|]+$/, '')
  return systems.get(bare) ?? null
}
