alter table "action_group" add constraint "action_group_organization_id_fk"
  foreign key (organization_id) references organization(id) deferrable;
alter table "api_key" add constraint "api_key_created_by_fk"
  foreign key (organization_id, created_by) references app_user(organization_id, id) deferrable;
alter table "api_key" add constraint "api_key_organization_id_fk"
  foreign key (organization_id) references organization(id) deferrable;
alter table "app_user" add constraint "app_user_organization_id_fk"
  foreign key (organization_id) references organization(id) deferrable;
alter table "appointment_type" add constraint "appointment_type_organization_id_fk"
  foreign key (organization_id) references organization(id) deferrable;
alter table "appointment_type" add constraint "appointment_type_source_id_fk"
  foreign key (organization_id, source_id) references ehr_source(organization_id, id) deferrable;
alter table "attempt" add constraint "attempt_delivery_id_fk"
  foreign key (organization_id, delivery_id) references delivery(organization_id, id) deferrable;
alter table "attempt" add constraint "attempt_sender_id_fk"
  foreign key (organization_id, sender_id) references sender(organization_id, id) deferrable;
alter table "audit_entry" add constraint "audit_entry_organization_id_fk"
  foreign key (organization_id) references organization(id) deferrable;
alter table "care_event" add constraint "care_event_appointment_type_id_fk"
  foreign key (organization_id, appointment_type_id) references appointment_type(organization_id, id) deferrable;
alter table "catch_up" add constraint "catch_up_action_id_fk"
  foreign key (organization_id, action_id) references custom_action(organization_id, id) deferrable;
alter table "catch_up" add constraint "catch_up_created_by_fk"
  foreign key (organization_id, created_by) references app_user(organization_id, id) deferrable;
alter table "catch_up_recall" add constraint "catch_up_recall_care_event_id_fk"
  foreign key (organization_id, care_event_id) references care_event(organization_id, id) on delete cascade deferrable;
alter table "catch_up_recall" add constraint "catch_up_recall_catch_up_id_fk"
  foreign key (organization_id, catch_up_id) references catch_up(organization_id, id) on delete cascade deferrable;
alter table "care_event_code" add constraint "care_event_code_care_event_id_fk"
  foreign key (organization_id, care_event_id) references care_event(organization_id, id) on delete cascade deferrable;
alter table "care_event" add constraint "care_event_encounter_id_fk"
  foreign key (organization_id, encounter_id) references encounter(organization_id, id) deferrable;
alter table "care_event" add constraint "care_event_facility_id_fk"
  foreign key (organization_id, facility_id) references facility(organization_id, id) deferrable;
alter table "care_event" add constraint "care_event_fulfilled_by_id_fk"
  foreign key (organization_id, fulfilled_by_id) references care_event(organization_id, id) deferrable;
alter table "care_event" add constraint "care_event_patient_id_fk"
  foreign key (organization_id, patient_id) references patient(organization_id, id) deferrable;
alter table "care_event" add constraint "care_event_source_id_fk"
  foreign key (organization_id, source_id) references ehr_source(organization_id, id) deferrable;
alter table "closure" add constraint "closure_facility_id_fk"
  foreign key (organization_id, facility_id) references facility(organization_id, id) deferrable;
alter table "closure" add constraint "closure_organization_id_fk"
  foreign key (organization_id) references organization(id) deferrable;
alter table "consent" add constraint "consent_organization_id_fk"
  foreign key (organization_id) references organization(id) deferrable;
alter table "consent" add constraint "consent_patient_id_fk"
  foreign key (organization_id, patient_id) references patient(organization_id, id) deferrable;
alter table "consent" add constraint "consent_recorded_by_fk"
  foreign key (organization_id, recorded_by) references app_user(organization_id, id) deferrable;
alter table "consent" add constraint "consent_staff_member_id_fk"
  foreign key (organization_id, staff_member_id) references staff_member(organization_id, id) deferrable;
alter table "contact_point" add constraint "contact_point_organization_id_fk"
  foreign key (organization_id) references organization(id) deferrable;
alter table "contact_point" add constraint "contact_point_patient_contact_id_fk"
  foreign key (organization_id, patient_contact_id) references patient_contact(organization_id, id) deferrable;
alter table "contact_point" add constraint "contact_point_patient_id_fk"
  foreign key (organization_id, patient_id) references patient(organization_id, id) deferrable;
alter table "contact_point" add constraint "contact_point_staff_member_id_fk"
  foreign key (organization_id, staff_member_id) references staff_member(organization_id, id) deferrable;
alter table "custom_action" add constraint "custom_action_group_id_fk"
  foreign key (organization_id, group_id) references action_group(organization_id, id) deferrable;
alter table "custom_action" add constraint "custom_action_organization_id_fk"
  foreign key (organization_id) references organization(id) deferrable;
alter table "custom_action" add constraint "custom_action_template_id_fk"
  foreign key (organization_id, template_id) references message_template(organization_id, id) deferrable;
alter table "custom_action_version" add constraint "custom_action_version_action_id_fk"
  foreign key (organization_id, action_id) references custom_action(organization_id, id) on delete cascade deferrable;
alter table "custom_action_version" add constraint "custom_action_version_edited_by_fk"
  foreign key (organization_id, edited_by) references app_user(organization_id, id) deferrable;
alter table "delivery" add constraint "delivery_action_id_fk"
  foreign key (organization_id, action_id) references custom_action(organization_id, id) deferrable;
alter table "delivery" add constraint "delivery_care_event_id_fk"
  foreign key (organization_id, care_event_id) references care_event(organization_id, id) deferrable;
alter table "delivery" add constraint "delivery_merged_into_fk"
  foreign key (organization_id, merged_into) references delivery(organization_id, id) deferrable;
alter table "delivery" add constraint "delivery_patient_id_fk"
  foreign key (organization_id, patient_id) references patient(organization_id, id) deferrable;
alter table "delivery" add constraint "delivery_resend_of_fk"
  foreign key (organization_id, resend_of) references delivery(organization_id, id) deferrable;
alter table "ehr_pull" add constraint "ehr_pull_source_id_fk"
  foreign key (organization_id, source_id) references ehr_source(organization_id, id) deferrable;
alter table "ehr_silence" add constraint "ehr_silence_source_id_fk"
  foreign key (organization_id, source_id) references ehr_source(organization_id, id) deferrable;
alter table "ehr_file" add constraint "ehr_file_decided_by_fk"
  foreign key (organization_id, decided_by) references app_user(organization_id, id) deferrable;
alter table "ehr_file" add constraint "ehr_file_source_id_fk"
  foreign key (organization_id, source_id) references ehr_source(organization_id, id) deferrable;
alter table "ehr_file_chunk" add constraint "ehr_file_chunk_file_id_fk"
  foreign key (organization_id, file_id) references ehr_file(organization_id, id) on delete cascade deferrable;
alter table "ehr_file_key" add constraint "ehr_file_key_file_id_fk"
  foreign key (organization_id, file_id) references ehr_file(organization_id, id) on delete cascade deferrable;
alter table "ehr_file_reject" add constraint "ehr_file_reject_file_id_fk"
  foreign key (organization_id, file_id) references ehr_file(organization_id, id) on delete cascade deferrable;
alter table "ehr_file_row" add constraint "ehr_file_row_file_id_fk"
  foreign key (organization_id, file_id) references ehr_file(organization_id, id) on delete cascade deferrable;
alter table "ehr_source" add constraint "ehr_source_organization_id_fk"
  foreign key (organization_id) references organization(id) deferrable;
alter table "ehr_subscription" add constraint "ehr_subscription_source_id_fk"
  foreign key (organization_id, source_id) references ehr_source(organization_id, id) deferrable;
alter table "ehr_wanted" add constraint "ehr_wanted_source_id_fk"
  foreign key (organization_id, source_id) references ehr_source(organization_id, id) deferrable;
alter table "encounter" add constraint "encounter_facility_id_fk"
  foreign key (organization_id, facility_id) references facility(organization_id, id) deferrable;
alter table "encounter_link" add constraint "encounter_link_encounter_id_fk"
  foreign key (organization_id, encounter_id) references encounter(organization_id, id) deferrable;
alter table "encounter_link" add constraint "encounter_link_source_id_fk"
  foreign key (organization_id, source_id) references ehr_source(organization_id, id) deferrable;
alter table "encounter" add constraint "encounter_source_id_fk"
  foreign key (organization_id, source_id) references ehr_source(organization_id, id) deferrable;
alter table "facility" add constraint "facility_organization_id_fk"
  foreign key (organization_id) references organization(id) deferrable;
alter table "facility" add constraint "facility_source_id_fk"
  foreign key (organization_id, source_id) references ehr_source(organization_id, id) deferrable;
alter table "idempotency_key" add constraint "idempotency_key_organization_id_fk"
  foreign key (organization_id) references organization(id) deferrable;
alter table "inbound_message" add constraint "inbound_message_source_id_fk"
  foreign key (organization_id, source_id) references ehr_source(organization_id, id) deferrable;
alter table "inbound_record" add constraint "inbound_record_message_id_fk"
  foreign key (organization_id, message_id) references inbound_message(organization_id, id) on delete cascade deferrable;
alter table "message_template" add constraint "message_template_organization_id_fk"
  foreign key (organization_id) references organization(id) deferrable;
alter table "patient_contact" add constraint "patient_contact_patient_id_fk"
  foreign key (organization_id, patient_id) references patient(organization_id, id) deferrable;
alter table "patient_contact" add constraint "patient_contact_source_id_fk"
  foreign key (organization_id, source_id) references ehr_source(organization_id, id) deferrable;
alter table "patient" add constraint "patient_merged_into_fk"
  foreign key (organization_id, merged_into) references patient(organization_id, id) deferrable;
alter table "patient" add constraint "patient_organization_id_fk"
  foreign key (organization_id) references organization(id) deferrable;
alter table "patient" add constraint "patient_source_id_fk"
  foreign key (organization_id, source_id) references ehr_source(organization_id, id) deferrable;
alter table "planned_message" add constraint "planned_message_action_id_fk"
  foreign key (organization_id, action_id) references custom_action(organization_id, id) deferrable;
alter table "planned_message" add constraint "planned_message_care_event_id_fk"
  foreign key (organization_id, care_event_id) references care_event(organization_id, id) on delete cascade deferrable;
alter table "provider" add constraint "provider_organization_id_fk"
  foreign key (organization_id) references organization(id) deferrable;
alter table "provider" add constraint "provider_role_of_fk"
  foreign key (organization_id, role_of) references provider(organization_id, id) deferrable;
alter table "provider" add constraint "provider_source_id_fk"
  foreign key (organization_id, source_id) references ehr_source(organization_id, id) deferrable;
alter table "rejected_post" add constraint "rejected_post_source_id_fk"
  foreign key (organization_id, source_id) references ehr_source(organization_id, id) deferrable;
alter table "reply" add constraint "reply_answer_to_fk"
  foreign key (organization_id, answer_to) references reply(organization_id, id) deferrable;
alter table "reply" add constraint "reply_care_event_id_fk"
  foreign key (organization_id, care_event_id) references care_event(organization_id, id) deferrable;
alter table "reply" add constraint "reply_delivery_id_fk"
  foreign key (organization_id, delivery_id) references delivery(organization_id, id) deferrable;
alter table "reply" add constraint "reply_handled_by_fk"
  foreign key (organization_id, handled_by) references app_user(organization_id, id) deferrable;
alter table "reply" add constraint "reply_organization_id_fk"
  foreign key (organization_id) references organization(id) deferrable;
alter table "reply" add constraint "reply_patient_id_fk"
  foreign key (organization_id, patient_id) references patient(organization_id, id) deferrable;
alter table "reply" add constraint "reply_staff_member_id_fk"
  foreign key (organization_id, staff_member_id) references staff_member(organization_id, id) deferrable;
alter table "secure_message" add constraint "secure_message_delivery_id_fk"
  foreign key (organization_id, delivery_id) references delivery(organization_id, id) deferrable;
alter table "secure_message" add constraint "secure_message_patient_id_fk"
  foreign key (organization_id, patient_id) references patient(organization_id, id) deferrable;
alter table "secure_message" add constraint "secure_message_staff_member_id_fk"
  foreign key (organization_id, staff_member_id) references staff_member(organization_id, id) deferrable;
alter table "sender" add constraint "sender_organization_id_fk"
  foreign key (organization_id) references organization(id) deferrable;
alter table "session" add constraint "session_user_id_fk"
  foreign key (organization_id, user_id) references app_user(organization_id, id) deferrable;
alter table "sftp_file" add constraint "sftp_file_source_id_fk"
  foreign key (organization_id, source_id) references ehr_source(organization_id, id) deferrable;
alter table "simulated_message" add constraint "simulated_message_delivery_id_fk"
  foreign key (organization_id, delivery_id) references delivery(organization_id, id) deferrable;
alter table "simulated_message" add constraint "simulated_message_organization_id_fk"
  foreign key (organization_id) references organization(id) deferrable;
alter table "staff_member" add constraint "staff_member_organization_id_fk"
  foreign key (organization_id) references organization(id) deferrable;
alter table "staff_member" add constraint "staff_member_provider_id_fk"
  foreign key (organization_id, provider_id) references provider(organization_id, id) deferrable;
alter table "staff_member" add constraint "staff_member_user_id_fk"
  foreign key (organization_id, user_id) references app_user(organization_id, id) deferrable;
alter table "suppression" add constraint "suppression_action_id_fk"
  foreign key (organization_id, action_id) references custom_action(organization_id, id) deferrable;
alter table "suppression" add constraint "suppression_care_event_id_fk"
  foreign key (organization_id, care_event_id) references care_event(organization_id, id) deferrable;
alter table "suppression" add constraint "suppression_created_by_fk"
  foreign key (organization_id, created_by) references app_user(organization_id, id) deferrable;
alter table "ticket" add constraint "ticket_created_by_fk"
  foreign key (organization_id, created_by) references app_user(organization_id, id) deferrable;
alter table "ticket" add constraint "ticket_organization_id_fk"
  foreign key (organization_id) references organization(id) deferrable;
alter table "tombstone" add constraint "tombstone_source_id_fk"
  foreign key (organization_id, source_id) references ehr_source(organization_id, id) deferrable;
