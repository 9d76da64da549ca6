-- The organization that a transaction works for sees its own rows and no others, the owner included.
-- The setting is '' after a transaction that had set it, and missing before the first.

alter table "action_group" enable row level security;
alter table "action_group" force row level security;
create policy own_organization on "action_group"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "api_key" enable row level security;
alter table "api_key" force row level security;
create policy own_organization on "api_key"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "appointment_type" enable row level security;
alter table "appointment_type" force row level security;
create policy own_organization on "appointment_type"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "app_user" enable row level security;
alter table "app_user" force row level security;
create policy own_organization on "app_user"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "attempt" enable row level security;
alter table "attempt" force row level security;
create policy own_organization on "attempt"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "audit_entry" enable row level security;
alter table "audit_entry" force row level security;
create policy own_organization on "audit_entry"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "care_event" enable row level security;
alter table "care_event" force row level security;
create policy own_organization on "care_event"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "catch_up" enable row level security;
alter table "catch_up" force row level security;
create policy own_organization on "catch_up"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "catch_up_recall" enable row level security;
alter table "catch_up_recall" force row level security;
create policy own_organization on "catch_up_recall"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "care_event_code" enable row level security;
alter table "care_event_code" force row level security;
create policy own_organization on "care_event_code"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "closure" enable row level security;
alter table "closure" force row level security;
create policy own_organization on "closure"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "consent" enable row level security;
alter table "consent" force row level security;
create policy own_organization on "consent"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "contact_point" enable row level security;
alter table "contact_point" force row level security;
create policy own_organization on "contact_point"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "custom_action" enable row level security;
alter table "custom_action" force row level security;
create policy own_organization on "custom_action"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "custom_action_version" enable row level security;
alter table "custom_action_version" force row level security;
create policy own_organization on "custom_action_version"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "delivery" enable row level security;
alter table "delivery" force row level security;
create policy own_organization on "delivery"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "ehr_pull" enable row level security;
alter table "ehr_pull" force row level security;
create policy own_organization on "ehr_pull"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "ehr_silence" enable row level security;
alter table "ehr_silence" force row level security;
create policy own_organization on "ehr_silence"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "ehr_file" enable row level security;
alter table "ehr_file" force row level security;
create policy own_organization on "ehr_file"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "ehr_file_chunk" enable row level security;
alter table "ehr_file_chunk" force row level security;
create policy own_organization on "ehr_file_chunk"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "ehr_file_key" enable row level security;
alter table "ehr_file_key" force row level security;
create policy own_organization on "ehr_file_key"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "ehr_file_reject" enable row level security;
alter table "ehr_file_reject" force row level security;
create policy own_organization on "ehr_file_reject"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "ehr_file_row" enable row level security;
alter table "ehr_file_row" force row level security;
create policy own_organization on "ehr_file_row"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "ehr_source" enable row level security;
alter table "ehr_source" force row level security;
create policy own_organization on "ehr_source"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "ehr_subscription" enable row level security;
alter table "ehr_subscription" force row level security;
create policy own_organization on "ehr_subscription"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "ehr_wanted" enable row level security;
alter table "ehr_wanted" force row level security;
create policy own_organization on "ehr_wanted"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "encounter" enable row level security;
alter table "encounter" force row level security;
create policy own_organization on "encounter"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "encounter_link" enable row level security;
alter table "encounter_link" force row level security;
create policy own_organization on "encounter_link"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "facility" enable row level security;
alter table "facility" force row level security;
create policy own_organization on "facility"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "idempotency_key" enable row level security;
alter table "idempotency_key" force row level security;
create policy own_organization on "idempotency_key"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "inbound_message" enable row level security;
alter table "inbound_message" force row level security;
create policy own_organization on "inbound_message"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "inbound_record" enable row level security;
alter table "inbound_record" force row level security;
create policy own_organization on "inbound_record"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "message_template" enable row level security;
alter table "message_template" force row level security;
create policy own_organization on "message_template"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "organization" enable row level security;
alter table "organization" force row level security;
create policy own_organization on "organization"
  using (id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "outbox" enable row level security;
alter table "outbox" force row level security;
create policy own_organization on "outbox"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "patient" enable row level security;
alter table "patient" force row level security;
create policy own_organization on "patient"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "patient_contact" enable row level security;
alter table "patient_contact" force row level security;
create policy own_organization on "patient_contact"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "planned_message" enable row level security;
alter table "planned_message" force row level security;
create policy own_organization on "planned_message"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "provider" enable row level security;
alter table "provider" force row level security;
create policy own_organization on "provider"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "rejected_post" enable row level security;
alter table "rejected_post" force row level security;
create policy own_organization on "rejected_post"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "reply" enable row level security;
alter table "reply" force row level security;
create policy own_organization on "reply"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "secure_message" enable row level security;
alter table "secure_message" force row level security;
create policy own_organization on "secure_message"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "sender" enable row level security;
alter table "sender" force row level security;
create policy own_organization on "sender"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "session" enable row level security;
alter table "session" force row level security;
create policy own_organization on "session"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "sftp_file" enable row level security;
alter table "sftp_file" force row level security;
create policy own_organization on "sftp_file"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "simulated_message" enable row level security;
alter table "simulated_message" force row level security;
create policy own_organization on "simulated_message"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "staff_member" enable row level security;
alter table "staff_member" force row level security;
create policy own_organization on "staff_member"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "suppression" enable row level security;
alter table "suppression" force row level security;
create policy own_organization on "suppression"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "ticket" enable row level security;
alter table "ticket" force row level security;
create policy own_organization on "ticket"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

alter table "tombstone" enable row level security;
alter table "tombstone" force row level security;
create policy own_organization on "tombstone"
  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
  with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

grant usage on schema public to custom_actions_app;
grant select, insert, update, delete on all tables in schema public to custom_actions_app;
-- The bookkeeping of migrations is the owner's.
revoke all on mikro_orm_migrations from custom_actions_app;
-- What the practice is keeping for six years is only ever added to.
revoke update, delete on audit_entry, consent from custom_actions_app;
-- An organization is set up by the owner's seed or a deploy step through inserts; it is never deleted by the app.
revoke delete on organization from custom_actions_app;

-- A file fills tables faster than Postgres counts them by itself, and plans of when they were small would read them whole.
-- Only an owner may have them counted. Where somebody is at it already, that will do.
create function count_imported() returns void language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '100ms' as $$
begin
  analyze care_event, patient, contact_point, facility, provider, appointment_type, ehr_file_key;
exception when lock_not_available then
  null;
end $$;
revoke all on function count_imported() from public;
grant execute on function count_imported() to custom_actions_app;
