create table "action_group" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "name" text not null,
  "position" int not null,
  "version" int not null default 1,
  "created_at" timestamptz(3) not null,
  "updated_at" timestamptz(3) not null,
  primary key ("organization_id", "id")
);
create index "action_group_organization_id_position_index" on "action_group" ("organization_id", "position");

create table "api_key" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "name" text not null,
  "hash" text not null,
  "prefix" text not null,
  "role" text not null,
  "last_used_at" timestamptz(3),
  "revoked_at" timestamptz(3),
  "created_by" uuid,
  "created_at" timestamptz(3) not null,
  primary key ("organization_id", "id")
);
create index "api_key_hash_index" on "api_key" ("hash");
alter table "api_key" add constraint "api_key_organization_id_hash_unique" unique ("organization_id", "hash");
alter table "api_key" add constraint "api_key_role_check" check ("role" in ('admin', 'manager', 'staff'));

create table "appointment_type" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "source_id" uuid,
  "external_id" text,
  "source_last_updated" timestamptz(3),
  "source_version_id" text,
  "normal_hash" text,
  "stub" boolean not null default false,
  "name" text not null,
  "public_name" text,
  "sensitive" boolean not null default false,
  "enabled" boolean not null default false,
  "deleted" boolean not null default false,
  "practice_set" text[] not null default '{}',
  "version" int not null default 1,
  "created_at" timestamptz(3) not null,
  "updated_at" timestamptz(3) not null,
  "instructions" text,
  "arrive_early_minutes" int,
  primary key ("organization_id", "id")
);
alter table "appointment_type" add constraint "appointment_type_organization_id_source_id_external_id_unique" unique ("organization_id", "source_id", "external_id");

create table "app_user" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "email" text not null,
  "name" text not null,
  "password_hash" text,
  "role" text not null,
  "disabled_at" timestamptz(3),
  "last_sign_in_at" timestamptz(3),
  "failed_sign_ins" int not null default 0,
  "version" int not null default 1,
  "created_at" timestamptz(3) not null,
  "updated_at" timestamptz(3) not null,
  primary key ("organization_id", "id")
);
create index "app_user_email_index" on "app_user" ("email");
alter table "app_user" add constraint "app_user_organization_id_email_unique" unique ("organization_id", "email");
alter table "app_user" add constraint "app_user_role_check" check ("role" in ('admin', 'manager', 'staff'));

create table "attempt" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "delivery_id" uuid not null,
  "number" int not null,
  "channel" text not null,
  "provider" text not null,
  "provider_id" text,
  "sender_id" uuid,
  "address" bytea,
  "address_hash" text,
  "status" text not null,
  "error_code" text,
  "opened_at" timestamptz(3) not null,
  "called_at" timestamptz(3),
  "closed_at" timestamptz(3),
  "absent_answers" int not null default 0,
  "updated_at" timestamptz(3) not null,
  primary key ("organization_id", "id")
);
create index "attempt_provider_provider_id_index" on "attempt" ("provider", "provider_id");
create index "attempt_id_index" on "attempt" ("id");
alter table "attempt" add constraint "attempt_organization_id_delivery_id_number_unique" unique ("organization_id", "delivery_id", "number");
create unique index "attempt_one_open" on "attempt" ("organization_id", "delivery_id") where "status" in ('open', 'unknown');
alter table "attempt" add constraint "attempt_channel_check" check ("channel" in ('sms', 'voice', 'email'));
alter table "attempt" add constraint "attempt_status_check" check ("status" in ('open', 'accepted', 'delivered', 'undelivered', 'failed', 'refused', 'unknown', 'absent'));

create table "audit_entry" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "at" timestamptz(3) not null,
  "actor_kind" text not null,
  "actor_id" uuid,
  "action" text not null,
  "subject" text not null,
  "subject_id" uuid,
  "before" jsonb,
  "after" jsonb,
  "reason" text,
  "request_id" text,
  primary key ("organization_id", "id")
);
create index "audit_entry_organization_id_at_index" on "audit_entry" ("organization_id", "at");
create index "audit_entry_organization_id_subject_subject_id_at_index" on "audit_entry" ("organization_id", "subject", "subject_id", "at");
alter table "audit_entry" add constraint "audit_entry_actor_kind_check" check ("actor_kind" in ('user', 'apiKey', 'ehrSource', 'patient', 'system'));

create table "care_event" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "source_id" uuid,
  "external_id" text,
  "source_last_updated" timestamptz(3),
  "source_version_id" text,
  "normal_hash" text,
  "stub" boolean not null default false,
  "kind" text not null,
  "patient_id" uuid not null,
  "facility_id" uuid,
  "provider_ids" uuid[] not null default '{}',
  "appointment_type_id" uuid,
  "encounter_id" uuid,
  "unsaid" jsonb,
  "status" text not null,
  "confirmation" text not null default 'none',
  "confirmed_by" text,
  "confirmed_at" timestamptz(3),
  "confirm_token_hash" text,
  "confirm_token_encrypted" bytea,
  "start_at" timestamptz(3),
  "end_at" timestamptz(3),
  "previous_start_at" timestamptz(3),
  "created_at_source" timestamptz(3),
  "updated_anchor_at" timestamptz(3),
  "due_date" date,
  "due_at" timestamptz(3),
  "procedure_date" date,
  "procedure_at" timestamptz(3),
  "diagnosis_date" date,
  "diagnosis_at" timestamptz(3),
  "anchor_known_since" timestamptz(3) not null,
  "loaded" boolean not null default false,
  "first_seen_at" timestamptz(3) not null,
  "deleted" boolean not null default false,
  "origin" text,
  "referred_by" text,
  "fulfilled_by_id" uuid,
  "details" jsonb not null default '{}',
  "wake_at" timestamptz(3),
  "workflow_started_at" timestamptz(3),
  "created_at" timestamptz(3) not null,
  "updated_at" timestamptz(3) not null,
  primary key ("organization_id", "id")
);
create index "care_event_wake_at_index" on "care_event" ("wake_at");
create index "care_event_organization_id_kind_start_at_index" on "care_event" ("organization_id", "kind", "start_at");
create index "care_event_organization_id_kind_due_at_index" on "care_event" ("organization_id", "kind", "due_at");
create index "care_event_organization_id_kind_due_date_index" on "care_event" ("organization_id", "kind", "due_date");
create index "care_event_organization_id_kind_created_at_source_index" on "care_event" ("organization_id", "kind", "created_at_source");
create index "care_event_updated_anchor_at_set_index" on "care_event" ("organization_id", "kind", "updated_anchor_at") where "updated_anchor_at" is not null;
create index "care_event_procedure_at_set_index" on "care_event" ("organization_id", "kind", "procedure_at") where "procedure_at" is not null;
create index "care_event_procedure_date_set_index" on "care_event" ("organization_id", "kind", "procedure_date") where "procedure_date" is not null;
create index "care_event_diagnosis_at_set_index" on "care_event" ("organization_id", "kind", "diagnosis_at") where "diagnosis_at" is not null;
create index "care_event_diagnosis_date_set_index" on "care_event" ("organization_id", "kind", "diagnosis_date") where "diagnosis_date" is not null;
create index "care_event_organization_id_patient_id_index" on "care_event" ("organization_id", "patient_id");
create index "care_event_organization_id_facility_id_index" on "care_event" ("organization_id", "facility_id");
create index "care_event_organization_id_appointment_type_id_index" on "care_event" ("organization_id", "appointment_type_id");
create index "care_event_organization_id_fulfilled_by_id_index" on "care_event" ("organization_id", "fulfilled_by_id");
create index "care_event_confirm_token_index" on "care_event" ("confirm_token_hash") where "confirm_token_hash" is not null;
create index "care_event_encounter_index" on "care_event" ("organization_id", "encounter_id") where "encounter_id" is not null;
create index "care_event_organization_id_external_id_index" on "care_event" ("organization_id", "external_id");
alter table "care_event" add constraint "care_event_organization_id_source_id_kind_external_id_unique" unique ("organization_id", "source_id", "kind", "external_id");
alter table "care_event" add constraint "care_event_kind_check" check ("kind" in ('appointment', 'recall', 'procedure', 'diagnosis'));
alter table "care_event" add constraint "care_event_confirmation_check" check ("confirmation" in ('none', 'confirmed', 'cancelRequested'));
alter table "care_event" add constraint "care_event_origin_check" check ("origin" in ('recall', 'referral'));

create table "catch_up" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "action_id" uuid not null,
  "overdue_days" int not null,
  "per_day" int not null,
  "created_by" uuid,
  "created_at" timestamptz(3) not null,
  "cancelled_at" timestamptz(3),
  primary key ("organization_id", "id")
);
create index "catch_up_organization_id_action_id_index" on "catch_up" ("organization_id", "action_id");

create table "catch_up_recall" (
  "organization_id" uuid not null,
  "catch_up_id" uuid not null,
  "care_event_id" uuid not null,
  "occurrence_key" text not null,
  "day" date not null,
  primary key ("organization_id", "catch_up_id", "care_event_id")
);
create index "catch_up_recall_organization_id_care_event_id_index" on "catch_up_recall" ("organization_id", "care_event_id");

create table "care_event_code" (
  "organization_id" uuid not null,
  "care_event_id" uuid not null,
  "system" text not null,
  "code" text not null,
  "normalized" text generated always as (case when "system" = 'cpt' then regexp_replace(upper(btrim("code")), '[-\s].*$', '') else regexp_replace(upper("code"), '[.\s]', '', 'g') end) stored,
  "name" text,
  "position" int not null default 0,
  primary key ("organization_id", "care_event_id", "system", "code")
);
create index "care_event_code_organization_id_system_normalized_index" on "care_event_code" ("organization_id", "system", "normalized");
alter table "care_event_code" add constraint "care_event_code_system_check" check ("system" in ('cpt', 'icd9', 'icd10'));

create table "closure" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "facility_id" uuid,
  "from_date" date not null,
  "to_date" date not null,
  "name" text not null,
  "version" int not null default 1,
  "created_at" timestamptz(3) not null,
  "updated_at" timestamptz(3) not null,
  primary key ("organization_id", "id")
);
create index "closure_organization_id_facility_id_index" on "closure" ("organization_id", "facility_id");
alter table "closure" add constraint "closure_order" check (from_date <= to_date);

create table "consent" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "address" text not null,
  "channel" text not null,
  "category" text not null,
  "state" text not null,
  "source" text not null,
  "patient_id" uuid,
  "staff_member_id" uuid,
  "recorded_by" uuid,
  "note" text,
  "at" timestamptz(3) not null,
  primary key ("organization_id", "id")
);
create index "consent_organization_id_address_channel_category_at_index" on "consent" ("organization_id", "address", "channel", "category", "at");
create index "consent_organization_id_patient_id_index" on "consent" ("organization_id", "patient_id");
alter table "consent" add constraint "consent_channel_check" check ("channel" in ('sms', 'voice', 'email'));
alter table "consent" add constraint "consent_category_check" check ("category" in ('care', 'outreach'));
alter table "consent" add constraint "consent_state_check" check ("state" in ('granted', 'denied'));
alter table "consent" add constraint "consent_source_check" check ("source" in ('reply', 'staff', 'preferences', 'provider', 'ehr', 'import', 'merge'));

create table "contact_point" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "patient_id" uuid,
  "patient_contact_id" uuid,
  "staff_member_id" uuid,
  "channel" text not null,
  "address" text not null,
  "rank" int not null default 1,
  "purpose" text,
  "origin" text not null,
  "verified_at" timestamptz(3),
  "invalid_since" timestamptz(3),
  "valid_from" date,
  "valid_to" date,
  "created_at" timestamptz(3) not null,
  "updated_at" timestamptz(3) not null,
  primary key ("organization_id", "id")
);
create index "contact_point_organization_id_patient_id_index" on "contact_point" ("organization_id", "patient_id");
create index "contact_point_organization_id_patient_contact_id_index" on "contact_point" ("organization_id", "patient_contact_id");
create index "contact_point_organization_id_staff_member_id_index" on "contact_point" ("organization_id", "staff_member_id");
create index "contact_point_organization_id_address_index" on "contact_point" ("organization_id", "address");
create index "contact_point_address_index" on "contact_point" ("address");
alter table "contact_point" add constraint "contact_point_one_owner" check (num_nonnulls(patient_id, patient_contact_id, staff_member_id) = 1);
alter table "contact_point" add constraint "contact_point_channel_check" check ("channel" in ('sms', 'voice', 'email'));
alter table "contact_point" add constraint "contact_point_origin_check" check ("origin" in ('ehr', 'practice', 'patient'));

create table "custom_action" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "type" text not null,
  "title" text not null,
  "group_id" uuid,
  "template_id" uuid,
  "status" text not null,
  "position" int not null default 0,
  "definition" jsonb not null,
  "version" int not null default 1,
  "created_at" timestamptz(3) not null,
  "edited_at" timestamptz(3) not null,
  "activated_at" timestamptz(3),
  "replanning_total" int not null default 0,
  "deleted_at" timestamptz(3),
  "updated_at" timestamptz(3) not null,
  primary key ("organization_id", "id")
);
create index "custom_action_organization_id_group_id_index" on "custom_action" ("organization_id", "group_id");
create index "custom_action_organization_id_template_id_index" on "custom_action" ("organization_id", "template_id");
create index "custom_action_organization_id_type_status_index" on "custom_action" ("organization_id", "type", "status");
alter table "custom_action" add constraint "custom_action_type_check" check ("type" in ('appointment', 'recall', 'procedure', 'diagnosis', 'extraReminder'));
alter table "custom_action" add constraint "custom_action_status_check" check ("status" in ('active', 'inactive'));

create table "custom_action_version" (
  "organization_id" uuid not null,
  "action_id" uuid not null,
  "version" int not null,
  "definition" jsonb not null,
  "template_message" jsonb,
  "edited_at" timestamptz(3) not null,
  "edited_by" uuid,
  "reason" text,
  primary key ("organization_id", "action_id", "version")
);

create table "delivery" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "action_id" uuid not null,
  "action_version" int not null,
  "care_event_id" uuid not null,
  "patient_id" uuid not null,
  "occurrence_key" text not null,
  "recipient" text not null,
  "channel" text,
  "address" bytea,
  "address_hash" text,
  "language" text,
  "secure" boolean not null default false,
  "reissue" boolean not null default false,
  "status" text not null,
  "reason" text,
  "final" boolean not null default false,
  "due_at" timestamptz(3),
  "send_at" timestamptz(3),
  "not_before" timestamptz(3),
  "claimed_at" timestamptz(3),
  "sent_at" timestamptz(3),
  "opened_at" timestamptz(3),
  "stated_start_at" timestamptz(3),
  "text_encrypted" bytea,
  "subject_encrypted" bytea,
  "segments" int,
  "trail" jsonb not null default '[]',
  "merged_into" uuid,
  "covers" text[],
  "text_hash" text,
  "text_day" date,
  "followed" boolean not null default false,
  "reached_provider" boolean not null default false,
  "steps" int not null default 0,
  "retries" int not null default 0,
  "resend_of" uuid,
  "created_at" timestamptz(3) not null,
  "updated_at" timestamptz(3) not null,
  primary key ("organization_id", "id")
);
create unique index "delivery_one_text" on "delivery" ("organization_id", "action_id", "address_hash", "text_hash", "text_day") where "text_day" is not null;
create index "delivery_followers" on "delivery" ("organization_id", "merged_into") where "merged_into" is not null;
create index "delivery_organization_id_care_event_id_index" on "delivery" ("organization_id", "care_event_id");
create index "delivery_organization_id_patient_id_created_at_index" on "delivery" ("organization_id", "patient_id", "created_at");
create index "delivery_organization_id_created_at_index" on "delivery" ("organization_id", "created_at");
create index "delivery_organization_id_action_id_sent_at_index" on "delivery" ("organization_id", "action_id", "sent_at");
create index "delivery_organization_id_address_hash_created_at_index" on "delivery" ("organization_id", "address_hash", "created_at");
create index "delivery_organization_id_status_created_at_index" on "delivery" ("organization_id", "status", "created_at");
alter table "delivery" add constraint "delivery_organization_id_action_id_occurrence_key_feaf0_unique" unique ("organization_id", "action_id", "occurrence_key", "recipient");
alter table "delivery" add constraint "delivery_channel_check" check ("channel" in ('sms', 'voice', 'email'));
alter table "delivery" add constraint "delivery_status_check" check ("status" in ('claimed', 'sending', 'sent', 'delivered', 'undelivered', 'failed', 'skipped', 'unknown'));

create table "ehr_pull" (
  "organization_id" uuid not null,
  "source_id" uuid not null,
  "resource_type" text not null,
  "since" timestamptz(3),
  "round_began_at" timestamptz(3),
  "next_page" text,
  "pages" int not null default 0,
  "resources" int not null default 0,
  "first_round_done_at" timestamptz(3),
  "round_done_at" timestamptz(3),
  primary key ("organization_id", "source_id", "resource_type")
);

create table "ehr_file" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "source_id" uuid not null,
  "name" text not null,
  "layout" text,
  "layout_settings" jsonb,
  "hash" text not null,
  "bytes" bigint not null default '0',
  "received_at" timestamptz(3) not null,
  "version_at" timestamptz(3) not null,
  "state" text not null,
  "phase" text not null default 'reading',
  "position" int not null default 0,
  "rows" int,
  "applied" int not null default 0,
  "unchanged" int not null default 0,
  "rejected" int not null default 0,
  "absent" int not null default 0,
  "reasons" jsonb not null default '[]',
  "alarm" jsonb,
  "decided_by" uuid,
  "decided_at" timestamptz(3),
  "lease" uuid,
  "next_attempt_at" timestamptz(3),
  "attempts" int not null default 0,
  "last_error" text,
  "finished_at" timestamptz(3),
  "created_at" timestamptz(3) not null,
  "updated_at" timestamptz(3) not null,
  primary key ("organization_id", "id")
);
create index "ehr_file_next_attempt_at_index" on "ehr_file" ("next_attempt_at");
create index "ehr_file_organization_id_received_at_index" on "ehr_file" ("organization_id", "received_at");
create index "ehr_file_organization_id_source_id_received_at_index" on "ehr_file" ("organization_id", "source_id", "received_at");
alter table "ehr_file" add constraint "ehr_file_state_check" check ("state" in ('receiving', 'waiting', 'running', 'held', 'done', 'refused', 'rejected', 'cancelled', 'failed'));
alter table "ehr_file" add constraint "ehr_file_phase_check" check ("phase" in ('reading', 'applying', 'absences'));

create table "ehr_file_chunk" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "file_id" uuid not null,
  "position" int not null,
  "body" bytea not null,
  primary key ("organization_id", "id")
);
alter table "ehr_file_chunk" add constraint "ehr_file_chunk_organization_id_file_id_position_unique" unique ("organization_id", "file_id", "position");

create table "ehr_file_key" (
  "organization_id" uuid not null,
  "file_id" uuid not null,
  "kind" text not null,
  "external_id" text not null,
  "row" int not null,
  "hash" text not null,
  primary key ("organization_id", "file_id", "kind", "external_id")
);

create table "ehr_file_reject" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "file_id" uuid not null,
  "row" int not null,
  "external_id" text null,
  "patient_external_id" text null,
  "body" bytea not null,
  "reasons" jsonb not null,
  primary key ("organization_id", "id")
);
create index "ehr_file_reject_organization_id_external_id_index" on "ehr_file_reject" ("organization_id", "external_id");
create index "ehr_file_reject_organization_id_patient_external_id_index" on "ehr_file_reject" ("organization_id", "patient_external_id");
alter table "ehr_file_reject" add constraint "ehr_file_reject_organization_id_file_id_row_unique" unique ("organization_id", "file_id", "row");

create table "ehr_file_row" (
  "organization_id" uuid not null,
  "file_id" uuid not null,
  "kind" text not null,
  "external_id" text not null,
  "patient_external_id" text null,
  "row" int null,
  primary key ("organization_id", "file_id", "kind", "external_id")
);
create index "ehr_file_row_organization_id_external_id_index" on "ehr_file_row" ("organization_id", "external_id");
create index "ehr_file_row_organization_id_patient_external_id_index" on "ehr_file_row" ("organization_id", "patient_external_id");

create table "ehr_silence" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "source_id" uuid not null,
  "since" timestamptz(3) not null,
  "noticed_at" timestamptz(3) not null,
  "ended_at" timestamptz(3),
  primary key ("organization_id", "id")
);
create index "ehr_silence_organization_id_source_id_since_index" on "ehr_silence" ("organization_id", "source_id", "since");
create unique index "ehr_silence_one_open" on "ehr_silence" ("organization_id", "source_id") where "ended_at" is null;

create table "ehr_source" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "name" text not null,
  "kind" text not null,
  "secret_encrypted" bytea not null,
  "credentials_encrypted" bytea,
  "status" text not null,
  "settings" jsonb not null default '{}',
  "next_pull_at" timestamptz(3),
  "pull_lease" uuid,
  "pull_lease_until" timestamptz(3),
  "last_pull_at" timestamptz(3),
  "pull_failures" int not null default 0,
  "pull_error" jsonb,
  "last_message_at" timestamptz(3),
  "version" int not null default 1,
  "created_at" timestamptz(3) not null,
  "updated_at" timestamptz(3) not null,
  primary key ("organization_id", "id")
);
create index "ehr_source_next_pull_at_index" on "ehr_source" ("next_pull_at");
create index "ehr_source_id_index" on "ehr_source" ("id");
alter table "ehr_source" add constraint "ehr_source_kind_check" check ("kind" in ('fhir', 'hl7v2', 'csv'));
alter table "ehr_source" add constraint "ehr_source_status_check" check ("status" in ('active', 'loading', 'disabled'));

create table "ehr_subscription" (
  "organization_id" uuid not null,
  "source_id" uuid not null,
  "subscription" text not null,
  "status" text,
  "last_event" bigint,
  "missed_events" int not null default 0,
  "notified_at" timestamptz(3) not null,
  primary key ("organization_id", "source_id", "subscription")
);

create table "ehr_wanted" (
  "organization_id" uuid not null,
  "source_id" uuid not null,
  "reference" text not null,
  "wanted_at" timestamptz(3) not null,
  "attempts" int not null default 0,
  primary key ("organization_id", "source_id", "reference")
);

create table "encounter" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "source_id" uuid,
  "external_id" text,
  "source_last_updated" timestamptz(3),
  "source_version_id" text,
  "normal_hash" text,
  "stub" boolean not null default false,
  "facility_id" uuid,
  "provider_ids" uuid[] not null default '{}',
  "start_date" date,
  "start_at" timestamptz(3),
  "deleted" boolean not null default false,
  "created_at" timestamptz(3) not null,
  "updated_at" timestamptz(3) not null,
  primary key ("organization_id", "id")
);
alter table "encounter" add constraint "encounter_organization_id_source_id_external_id_unique" unique ("organization_id", "source_id", "external_id");

create table "encounter_link" (
  "organization_id" uuid not null,
  "source_id" uuid not null,
  "kind" text not null,
  "external_id" text not null,
  "encounter_id" uuid not null,
  primary key ("organization_id", "source_id", "kind", "external_id")
);
create index "encounter_link_organization_id_encounter_id_index" on "encounter_link" ("organization_id", "encounter_id");
alter table "encounter_link" add constraint "encounter_link_kind_check" check ("kind" in ('procedure', 'diagnosis'));

create table "facility" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "source_id" uuid,
  "external_id" text,
  "source_last_updated" timestamptz(3),
  "source_version_id" text,
  "normal_hash" text,
  "stub" boolean not null default false,
  "name" text not null,
  "public_name" text,
  "sensitive" boolean not null default false,
  "enabled" boolean not null default false,
  "deleted" boolean not null default false,
  "practice_set" text[] not null default '{}',
  "version" int not null default 1,
  "created_at" timestamptz(3) not null,
  "updated_at" timestamptz(3) not null,
  "time_zone" text,
  "state" text,
  "phone" text,
  "address" text,
  "directions" text,
  primary key ("organization_id", "id")
);
alter table "facility" add constraint "facility_organization_id_source_id_external_id_unique" unique ("organization_id", "source_id", "external_id");

create table "idempotency_key" (
  "organization_id" uuid not null,
  "actor_id" uuid not null,
  "key" text not null,
  "method" text not null,
  "path" text not null,
  "request_hash" text not null,
  "status" int,
  "response" jsonb,
  "created_at" timestamptz(3) not null,
  primary key ("organization_id", "actor_id", "key")
);
create index "idempotency_key_created_at_index" on "idempotency_key" ("created_at");

create table "inbound_message" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "source_id" uuid not null,
  "content_type" text not null,
  "raw" bytea,
  "hash" text not null,
  "kind" text,
  "control_id" text,
  "said_at" timestamptz(3),
  "received_at" timestamptz(3) not null,
  "outcome" text not null,
  "reasons" jsonb not null default '[]',
  "records" int not null default 0,
  "replayed_at" timestamptz(3),
  primary key ("organization_id", "id")
);
create index "inbound_message_organization_id_received_at_index" on "inbound_message" ("organization_id", "received_at");
create index "inbound_message_organization_id_outcome_received_at_index" on "inbound_message" ("organization_id", "outcome", "received_at");
create index "inbound_message_organization_id_source_id_received_at_index" on "inbound_message" ("organization_id", "source_id", "received_at");
create index "inbound_message_raw_index" on "inbound_message" ("organization_id", "received_at") where "raw" is not null;
create index "inbound_message_control_id_index" on "inbound_message" ("organization_id", "control_id") where "control_id" is not null;
alter table "inbound_message" add constraint "inbound_message_outcome_check" check ("outcome" in ('received', 'applied', 'unchanged', 'quarantined', 'partly'));

create table "inbound_record" (
  "organization_id" uuid not null,
  "message_id" uuid not null,
  "position" int not null,
  "resource" text,
  "kind" text,
  "external_id" text,
  "subject_id" uuid,
  "outcome" text not null,
  "reasons" jsonb,
  primary key ("organization_id", "message_id", "position")
);
create index "inbound_record_organization_id_external_id_index" on "inbound_record" ("organization_id", "external_id");
create index "inbound_record_subject_index" on "inbound_record" ("organization_id", "subject_id") where "subject_id" is not null;
alter table "inbound_record" add constraint "inbound_record_outcome_check" check ("outcome" in ('created', 'updated', 'unchanged', 'older', 'ignored', 'refused'));

create table "message_template" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "name" text not null,
  "message" jsonb not null,
  "edited_at" timestamptz(3) not null,
  "deleted_at" timestamptz(3),
  "version" int not null default 1,
  "created_at" timestamptz(3) not null,
  "updated_at" timestamptz(3) not null,
  primary key ("organization_id", "id")
);

create table "organization" (
  "id" uuid not null,
  "name" text not null,
  "phone" text,
  "time_zone" text not null,
  "state" text,
  "booking_url" text,
  "default_send_time" text not null,
  "paused" boolean not null default false,
  "enabled_action_types" text[] not null,
  "enabled_resource_kinds" text[] not null,
  "enable_new_resources" boolean not null default false,
  "require_opt_in" boolean not null default false,
  "minor_review" boolean not null default false,
  "session_idle_minutes" int not null default 15,
  "raw_retention_days" int not null default 90,
  "quarantine_retention_days" int not null default 365,
  "delivery_rules" jsonb not null,
  "replanning_total" int not null default 0,
  "config_revision" bigint not null default '1',
  "version" int not null default 1,
  "created_at" timestamptz(3) not null,
  "updated_at" timestamptz(3) not null,
  primary key ("id")
);

create table "outbox" (
  "id" bigint generated by default as identity not null primary key,
  "organization_id" uuid not null,
  "care_event_id" uuid not null,
  "edit_id" uuid,
  "attempts" int not null default 0,
  "next_attempt_at" timestamptz(3) not null,
  "last_error" text,
  "created_at" timestamptz(3) not null
);
create index "outbox_next_attempt_at_id_index" on "outbox" ("next_attempt_at", "id");
create index "outbox_organization_id_care_event_id_index" on "outbox" ("organization_id", "care_event_id");
create index "outbox_organization_id_edit_id_index" on "outbox" ("organization_id", "edit_id");

create table "patient" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "source_id" uuid,
  "external_id" text,
  "source_last_updated" timestamptz(3),
  "source_version_id" text,
  "normal_hash" text,
  "last_words" jsonb,
  "stub" boolean not null default false,
  "mrn" text,
  "first_name" text,
  "last_name" text,
  "preferred_name" text,
  "birth_date" date,
  "born_in" text,
  "language" text,
  "time_zone" text,
  "address_line" text,
  "city" text,
  "address_state" text,
  "postal_code" text,
  "country" text,
  "active" boolean not null default true,
  "deceased" boolean not null default false,
  "telecom" jsonb not null default '[]',
  "muted" boolean not null default false,
  "merged_into" uuid,
  "practice_set" text[] not null default '{}',
  "preferences_token_hash" text,
  "preferences_token_encrypted" bytea,
  "secure_tries" int not null default 0,
  "secure_locked_at" timestamptz(3),
  "erased_at" timestamptz(3),
  "version" int not null default 1,
  "created_at" timestamptz(3) not null,
  "updated_at" timestamptz(3) not null,
  primary key ("organization_id", "id")
);
create index "patient_organization_id_last_name_first_name_index" on "patient" ("organization_id", "last_name", "first_name");
create index "patient_organization_id_mrn_index" on "patient" ("organization_id", "mrn");
create index "patient_organization_id_merged_into_index" on "patient" ("organization_id", "merged_into");
create index "patient_preferences_token_hash_index" on "patient" ("preferences_token_hash");
alter table "patient" add constraint "patient_organization_id_source_id_external_id_unique" unique ("organization_id", "source_id", "external_id");
alter table "patient" add constraint "patient_organization_id_preferences_token_hash_unique" unique ("organization_id", "preferences_token_hash");

create table "patient_contact" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "source_id" uuid,
  "external_id" text,
  "source_last_updated" timestamptz(3),
  "source_version_id" text,
  "normal_hash" text,
  "stub" boolean not null default false,
  "patient_id" uuid not null,
  "role" text not null,
  "relationship" text,
  "first_name" text,
  "last_name" text,
  "language" text,
  "active" boolean not null default true,
  "created_at" timestamptz(3) not null,
  "updated_at" timestamptz(3) not null,
  primary key ("organization_id", "id")
);
create index "patient_contact_organization_id_patient_id_index" on "patient_contact" ("organization_id", "patient_id");
alter table "patient_contact" add constraint "patient_contact_organization_id_source_id_external_id_unique" unique ("organization_id", "source_id", "external_id");
alter table "patient_contact" add constraint "patient_contact_role_check" check ("role" in ('guardian', 'guarantor', 'other'));

create table "planned_message" (
  "organization_id" uuid not null,
  "care_event_id" uuid not null,
  "action_id" uuid not null,
  "recipient" text not null,
  "patient_id" uuid not null,
  "verdict" text not null,
  "due_at" timestamptz(3),
  "send_at" timestamptz(3),
  "reason" text,
  primary key ("organization_id", "care_event_id", "action_id", "recipient")
);
create index "planned_message_organization_id_action_id_send_at_index" on "planned_message" ("organization_id", "action_id", "send_at");
create index "planned_message_organization_id_send_at_index" on "planned_message" ("organization_id", "send_at");
create index "planned_message_organization_id_patient_id_send_at_index" on "planned_message" ("organization_id", "patient_id", "send_at");

create table "provider" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "source_id" uuid,
  "external_id" text,
  "source_last_updated" timestamptz(3),
  "source_version_id" text,
  "normal_hash" text,
  "stub" boolean not null default false,
  "name" text not null,
  "public_name" text,
  "sensitive" boolean not null default false,
  "enabled" boolean not null default false,
  "deleted" boolean not null default false,
  "practice_set" text[] not null default '{}',
  "version" int not null default 1,
  "created_at" timestamptz(3) not null,
  "updated_at" timestamptz(3) not null,
  "role_of" uuid,
  primary key ("organization_id", "id")
);
alter table "provider" add constraint "provider_organization_id_source_id_external_id_unique" unique ("organization_id", "source_id", "external_id");

create table "rejected_post" (
  "organization_id" uuid not null,
  "source_id" uuid not null,
  "reason" text not null,
  "day" date not null,
  "count" int not null default 0,
  primary key ("organization_id", "source_id", "reason", "day")
);

create table "reply" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "patient_id" uuid,
  "staff_member_id" uuid,
  "care_event_id" uuid,
  "delivery_id" uuid,
  "direction" text not null default 'in',
  "channel" text not null,
  "address" bytea not null,
  "address_hash" text not null,
  "body_encrypted" bytea not null,
  "meaning" text not null,
  "provider_id" text,
  "received_at" timestamptz(3) not null,
  "handled_at" timestamptz(3),
  "handled_by" uuid,
  "answer_to" uuid,
  primary key ("organization_id", "id")
);
create index "reply_organization_id_patient_id_received_at_index" on "reply" ("organization_id", "patient_id", "received_at");
create index "reply_organization_id_handled_at_received_at_index" on "reply" ("organization_id", "handled_at", "received_at");
alter table "reply" add constraint "reply_organization_id_channel_provider_id_unique" unique ("organization_id", "channel", "provider_id");
alter table "reply" add constraint "reply_direction_check" check ("direction" in ('in', 'out'));
alter table "reply" add constraint "reply_channel_check" check ("channel" in ('sms', 'voice', 'email'));
alter table "reply" add constraint "reply_meaning_check" check ("meaning" in ('optOut', 'optIn', 'help', 'confirm', 'cancelRequest', 'other', 'answer', 'wrongPerson'));

create table "secure_message" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "delivery_id" uuid not null,
  "patient_id" uuid,
  "staff_member_id" uuid,
  "token_hash" text not null,
  "subject_encrypted" bytea,
  "body_encrypted" bytea not null,
  "created_at" timestamptz(3) not null,
  "expires_at" timestamptz(3) not null,
  "opened_at" timestamptz(3),
  "invalidated_at" timestamptz(3),
  primary key ("organization_id", "id")
);
create index "secure_message_organization_id_delivery_id_index" on "secure_message" ("organization_id", "delivery_id");
create index "secure_message_organization_id_patient_id_index" on "secure_message" ("organization_id", "patient_id");
create index "secure_message_token_hash_index" on "secure_message" ("token_hash");
alter table "secure_message" add constraint "secure_message_organization_id_token_hash_unique" unique ("organization_id", "token_hash");

create table "sender" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "name" text not null,
  "channel" text not null,
  "provider" text not null,
  "address" text not null,
  "secret_encrypted" bytea,
  "settings" jsonb not null default '{}',
  "per_second" int not null default 1,
  "per_day" int,
  "is_default" boolean not null default false,
  "enabled" boolean not null default true,
  "version" int not null default 1,
  "created_at" timestamptz(3) not null,
  "updated_at" timestamptz(3) not null,
  primary key ("organization_id", "id")
);
create index "sender_address_index" on "sender" ("address");
alter table "sender" add constraint "sender_organization_id_channel_address_unique" unique ("organization_id", "channel", "address");
alter table "sender" add constraint "sender_channel_check" check ("channel" in ('sms', 'voice', 'email'));

create table "session" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "user_id" uuid not null,
  "token_hash" text not null,
  "csrf" text not null,
  "created_at" timestamptz(3) not null,
  "last_seen_at" timestamptz(3) not null,
  "idle_expires_at" timestamptz(3) not null,
  primary key ("organization_id", "id")
);
create index "session_token_hash_index" on "session" ("token_hash");
create index "session_organization_id_user_id_index" on "session" ("organization_id", "user_id");
alter table "session" add constraint "session_organization_id_token_hash_unique" unique ("organization_id", "token_hash");

create table "sftp_file" (
  "organization_id" uuid not null,
  "source_id" uuid not null,
  "name" text not null,
  "size" bigint not null,
  "modified_at" timestamptz(3) not null,
  "unchanged_since" timestamptz(3) not null,
  "stored_at" timestamptz(3),
  "refused_by" int,
  "finished" boolean not null default false,
  "gone_since" timestamptz(3),
  primary key ("organization_id", "source_id", "name")
);

create table "simulated_message" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "attempt_id" uuid not null,
  "delivery_id" uuid,
  "channel" text not null,
  "address" bytea not null,
  "address_hash" text not null,
  "subject_encrypted" bytea,
  "body_encrypted" bytea not null,
  "sent_at" timestamptz(3) not null,
  primary key ("organization_id", "id")
);
create index "simulated_message_organization_id_address_hash_sent_at_index" on "simulated_message" ("organization_id", "address_hash", "sent_at");
create index "simulated_message_organization_id_sent_at_index" on "simulated_message" ("organization_id", "sent_at");
alter table "simulated_message" add constraint "simulated_message_organization_id_attempt_id_unique" unique ("organization_id", "attempt_id");
alter table "simulated_message" add constraint "simulated_message_channel_check" check ("channel" in ('sms', 'voice', 'email'));

create table "staff_member" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "first_name" text not null,
  "last_name" text not null,
  "roles" text[] not null default '{}',
  "facility_ids" uuid[] not null default '{}',
  "provider_id" uuid,
  "user_id" uuid,
  "time_zone" text,
  "language" text,
  "own_hours" jsonb,
  "active" boolean not null default true,
  "deleted_at" timestamptz(3),
  "version" int not null default 1,
  "created_at" timestamptz(3) not null,
  "updated_at" timestamptz(3) not null,
  primary key ("organization_id", "id")
);
create index "staff_member_organization_id_provider_id_index" on "staff_member" ("organization_id", "provider_id");

create table "suppression" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "action_id" uuid not null,
  "care_event_id" uuid not null,
  "recipient" text,
  "created_by" uuid,
  "created_at" timestamptz(3) not null,
  primary key ("organization_id", "id")
);
create index "suppression_organization_id_care_event_id_index" on "suppression" ("organization_id", "care_event_id");
create index "suppression_organization_id_action_id_index" on "suppression" ("organization_id", "action_id");

create table "ticket" (
  "organization_id" uuid not null,
  "id" uuid not null,
  "created_by" uuid,
  "email" text,
  "subject" text not null,
  "body" text not null,
  "status" text not null default 'open',
  "created_at" timestamptz(3) not null,
  "updated_at" timestamptz(3) not null,
  primary key ("organization_id", "id")
);
create index "ticket_organization_id_status_created_at_index" on "ticket" ("organization_id", "status", "created_at");
alter table "ticket" add constraint "ticket_status_check" check ("status" in ('open', 'closed'));

create table "tombstone" (
  "organization_id" uuid not null,
  "source_id" uuid not null,
  "kind" text not null,
  "external_id" text not null,
  "source_last_updated" timestamptz(3) not null,
  primary key ("organization_id", "source_id", "kind", "external_id")
);
alter table "tombstone" add constraint "tombstone_kind_check" check ("kind" in ('appointment', 'recall', 'procedure', 'diagnosis'));
