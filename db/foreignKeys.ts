/** A reference of one table to another; `cascade`: the row goes with the one it refers to. */
export interface ForeignKey {
  table: string
  column: string
  target: string
  cascade?: true
}

const own = (target: string, references: Record<string, string>): ForeignKey[] =>
  Object.entries(references).flatMap(([table, columns]) =>
    columns.split(' ').map((column) => ({ table, column, target })),
  )

/**
 * Every foreign key there is, each on (organization_id, column) → (organization_id, id), because foreign keys don't
 * respect row-level security. They are listed here and not as relations of the entities, where a column shared by
 * several keys would make every `create` pass whole objects. So the ORM does not know in which order rows must be
 * written: the keys are deferrable, and a unit of work that uses it has them checked at its end (see `orm.ts`). The drift
 * check compares this list with the database.
 * `outbox` has none: a bulk touch must stay one cheap insert, and the relay drops rows of what is gone.
 */
export const foreignKeys: readonly ForeignKey[] = [
  ...own('ehr_source', {
    facility: 'source_id',
    provider: 'source_id',
    appointment_type: 'source_id',
    patient: 'source_id',
    patient_contact: 'source_id',
    care_event: 'source_id',
    inbound_message: 'source_id',
    ehr_silence: 'source_id',
    rejected_post: 'source_id',
    tombstone: 'source_id',
    encounter: 'source_id',
    ehr_subscription: 'source_id',
    ehr_pull: 'source_id',
    ehr_wanted: 'source_id',
    encounter_link: 'source_id',
    ehr_file: 'source_id',
    sftp_file: 'source_id',
  }),
  ...own('facility', { closure: 'facility_id', care_event: 'facility_id', encounter: 'facility_id' }),
  ...own('encounter', { care_event: 'encounter_id', encounter_link: 'encounter_id' }),
  ...own('provider', { staff_member: 'provider_id', provider: 'role_of' }),
  ...own('appointment_type', { care_event: 'appointment_type_id' }),
  ...own('patient', {
    patient: 'merged_into',
    patient_contact: 'patient_id',
    contact_point: 'patient_id',
    consent: 'patient_id',
    care_event: 'patient_id',
    delivery: 'patient_id',
    secure_message: 'patient_id',
    reply: 'patient_id',
  }),
  ...own('patient_contact', { contact_point: 'patient_contact_id' }),
  ...own('staff_member', {
    contact_point: 'staff_member_id',
    consent: 'staff_member_id',
    secure_message: 'staff_member_id',
    reply: 'staff_member_id',
  }),
  ...own('care_event', {
    care_event: 'fulfilled_by_id',
    suppression: 'care_event_id',
    delivery: 'care_event_id',
    reply: 'care_event_id',
  }),
  { table: 'care_event_code', column: 'care_event_id', target: 'care_event', cascade: true },
  { table: 'planned_message', column: 'care_event_id', target: 'care_event', cascade: true },
  { table: 'inbound_record', column: 'message_id', target: 'inbound_message', cascade: true },
  ...own('action_group', { custom_action: 'group_id' }),
  ...own('message_template', { custom_action: 'template_id' }),
  ...own('custom_action', {
    suppression: 'action_id',
    catch_up: 'action_id',
    delivery: 'action_id',
    planned_message: 'action_id',
  }),
  { table: 'ehr_file_chunk', column: 'file_id', target: 'ehr_file', cascade: true },
  { table: 'ehr_file_key', column: 'file_id', target: 'ehr_file', cascade: true },
  { table: 'ehr_file_reject', column: 'file_id', target: 'ehr_file', cascade: true },
  { table: 'ehr_file_row', column: 'file_id', target: 'ehr_file', cascade: true },
  { table: 'catch_up_recall', column: 'catch_up_id', target: 'catch_up', cascade: true },
  { table: 'catch_up_recall', column: 'care_event_id', target: 'care_event', cascade: true },
  { table: 'custom_action_version', column: 'action_id', target: 'custom_action', cascade: true },
  ...own('delivery', {
    attempt: 'delivery_id',
    secure_message: 'delivery_id',
    simulated_message: 'delivery_id',
    reply: 'delivery_id',
    delivery: 'merged_into resend_of',
  }),
  ...own('sender', { attempt: 'sender_id' }),
  ...own('reply', { reply: 'answer_to' }),
  ...own('app_user', {
    session: 'user_id',
    staff_member: 'user_id',
    api_key: 'created_by',
    suppression: 'created_by',
    catch_up: 'created_by',
    custom_action_version: 'edited_by',
    reply: 'handled_by',
    consent: 'recorded_by',
    ticket: 'created_by',
    ehr_file: 'decided_by',
  }),
]

/** Tables whose rows hang on no other required row: they refer to the organization itself. */
export const organizationRoots: readonly string[] = [
  'closure',
  'facility',
  'provider',
  'appointment_type',
  'patient',
  'staff_member',
  'contact_point',
  'consent',
  'action_group',
  'message_template',
  'custom_action',
  'sender',
  'reply',
  'simulated_message',
  'ehr_source',
  'app_user',
  'api_key',
  'idempotency_key',
  'audit_entry',
  'ticket',
]

/** The definition that Postgres reports for each foreign key, by name: what migrations create and the drift check expects. */
export function foreignKeyDefinitions(): Map<string, { table: string; definition: string }> {
  const all = new Map<string, { table: string; definition: string }>()
  for (const table of organizationRoots)
    all.set(`${table}_organization_id_fk`, {
      table,
      definition: 'FOREIGN KEY (organization_id) REFERENCES organization(id) DEFERRABLE',
    })
  for (const { table, column, target, cascade } of foreignKeys)
    all.set(`${table}_${column}_fk`, {
      table,
      definition: `FOREIGN KEY (organization_id, ${column}) REFERENCES ${target}(organization_id, id)${cascade ? ' ON DELETE CASCADE' : ''} DEFERRABLE`,
    })
  return all
}
