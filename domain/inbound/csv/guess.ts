import { type CsvField, csvFieldsOf, type RowKind } from './fields.ts'

/** Names that exports give their columns, in small letters without anything between the words. */
const usual: Partial<Record<CsvField, readonly string[]>> = {
  version: ['lastchanged', 'lastupdated', 'lastmodified', 'modified', 'modifiedat', 'updated', 'updatedat', 'changed'],
  status: ['status', 'appointmentstatus', 'apptstatus', 'visitstatus', 'recallstatus'],
  start: [
    'start',
    'starttime',
    'startsat',
    'appointmentstart',
    'appointmenttime',
    'appointmentdatetime',
    'apptdatetime',
    'apptdate',
    'appointmentdate',
    'datetime',
    'visitdate',
    'scheduledstart',
  ],
  end: ['end', 'endtime', 'endsat', 'appointmentend', 'scheduledend'],
  durationMinutes: ['duration', 'durationminutes', 'minutes', 'length', 'lengthminutes', 'apptlength'],
  created: ['created', 'createdat', 'createdon', 'booked', 'bookedat', 'bookedon', 'dateadded'],
  instructions: ['instructions', 'patientinstructions', 'prep'],
  videoLink: ['videolink', 'telehealthlink', 'meetinglink', 'videourl'],
  dueDate: ['due', 'duedate', 'recalldate', 'recallduedate', 'nextdue'],
  origin: ['origin', 'recalltype'],
  referredBy: ['referredby', 'referringprovider'],
  procedureDate: ['proceduredate', 'servicedate', 'dateofservice', 'dos', 'performed'],
  diagnosisDate: ['diagnosisdate', 'dxdate', 'diagnosed', 'recorded', 'recordeddate'],
  codes: ['code', 'codes', 'cpt', 'cptcode', 'icd10', 'icdcode', 'diagnosiscode', 'procedurecode', 'dxcode'],
  codeSystem: ['codesystem', 'codetype', 'system'],
  codeName: ['codename', 'description', 'codedescription', 'procedurename', 'diagnosisname'],
  facilityId: ['facilityid', 'locationid', 'siteid', 'clinicid', 'departmentid'],
  facilityName: ['facility', 'facilityname', 'location', 'locationname', 'site', 'clinic', 'department'],
  facilityZone: ['facilitytimezone', 'timezone'],
  facilityState: ['facilitystate'],
  facilityPhone: ['facilityphone', 'locationphone'],
  providerId: ['providerid', 'doctorid', 'npi', 'resourceid'],
  providerName: ['provider', 'providername', 'doctor', 'physician', 'resource'],
  appointmentTypeId: ['appointmenttypeid', 'visittypeid', 'typeid'],
  appointmentTypeName: ['appointmenttype', 'appttype', 'visittype', 'type', 'typename', 'reason'],
  patientId: ['patientid', 'patid', 'ptid', 'patientnumber', 'patientno', 'accountnumber'],
  mrn: ['mrn', 'medicalrecordnumber', 'chartnumber'],
  firstName: ['firstname', 'patientfirstname', 'first', 'givenname'],
  lastName: ['lastname', 'patientlastname', 'last', 'surname', 'familyname'],
  patientName: ['patientname', 'patient', 'name', 'fullname'],
  preferredName: ['preferredname', 'nickname'],
  birthDate: ['birthdate', 'dob', 'dateofbirth', 'patientdob', 'birthday'],
  language: ['language', 'preferredlanguage', 'lang'],
  patientZone: ['patienttimezone'],
  mobilePhone: ['mobile', 'mobilephone', 'cell', 'cellphone', 'patientcell', 'cellnumber'],
  phone: ['phone', 'phonenumber', 'patientphone', 'telephone'],
  homePhone: ['homephone', 'phonehome'],
  workPhone: ['workphone', 'phonework'],
  email: ['email', 'emailaddress', 'patientemail', 'mail'],
  addressLine: ['address', 'address1', 'street', 'addressline1'],
  city: ['city', 'town'],
  state: ['state', 'patientstate'],
  postalCode: ['zip', 'zipcode', 'postalcode'],
  country: ['country'],
  active: ['active', 'patientactive'],
  deceased: ['deceased', 'isdeceased'],
}
const usualIds: Record<RowKind, readonly string[]> = {
  appointment: ['appointmentid', 'apptid', 'visitid', 'encounterid', 'appointmentnumber', 'id'],
  recall: ['recallid', 'recallnumber', 'id'],
  procedure: ['procedureid', 'serviceid', 'chargeid', 'id'],
  diagnosis: ['diagnosisid', 'problemid', 'dxid', 'id'],
  patient: [],
}

/** Which column each field probably comes from, by the columns' names; none is used twice. */
export function guessColumns(rows: RowKind, header: readonly string[]): Map<CsvField, string> {
  const free = new Map(header.map((column) => [plain(column), column]))
  const guessed = new Map<CsvField, string>()
  for (const { name } of csvFieldsOf(rows)) {
    const names =
      name === 'id'
        ? usualIds[rows]
        : [...(usual[name] ?? []), ...(name === 'patientId' && rows === 'patient' ? ['id'] : [])]
    const found = names.map(plain).find((each) => free.has(each))
    if (found === undefined) continue
    guessed.set(name, free.get(found) as string)
    free.delete(found)
  }
  return guessed
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}
