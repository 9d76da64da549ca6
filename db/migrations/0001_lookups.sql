-- What must be found before the organization is known. Each function answers with organization and id and nothing
-- else (one with bare counts), runs as a role that can read the columns named here and no others, and is all that role can be used for.

grant usage on schema public to custom_actions_lookup;
grant select (organization_id, id, hash, revoked_at) on api_key to custom_actions_lookup;
grant select (organization_id, id, token_hash) on session to custom_actions_lookup;
grant select (organization_id, id, email) on app_user to custom_actions_lookup;
grant select (organization_id, id, status, next_pull_at, pull_lease_until) on ehr_source to custom_actions_lookup;
grant select (organization_id, id, next_attempt_at) on ehr_file to custom_actions_lookup;
grant select (organization_id, id, provider, provider_id) on attempt to custom_actions_lookup;
grant select (organization_id, id, token_hash) on secure_message to custom_actions_lookup;
grant select (organization_id, id, preferences_token_hash) on patient to custom_actions_lookup;
grant select (organization_id, id, channel, address) on sender to custom_actions_lookup;
grant select (organization_id, id, channel, address) on contact_point to custom_actions_lookup;
grant select (organization_id, id, care_event_id, next_attempt_at, created_at) on outbox to custom_actions_lookup;
grant select (organization_id, id, wake_at, confirm_token_hash) on care_event to custom_actions_lookup;
grant select (id) on organization to custom_actions_lookup;
grant select (verdict) on planned_message to custom_actions_lookup;
grant select (status) on delivery to custom_actions_lookup;
grant select (ended_at) on ehr_silence to custom_actions_lookup;

create policy lookup on api_key for select to custom_actions_lookup using (true);
create policy lookup on session for select to custom_actions_lookup using (true);
create policy lookup on app_user for select to custom_actions_lookup using (true);
create policy lookup on ehr_source for select to custom_actions_lookup using (true);
create policy lookup on ehr_file for select to custom_actions_lookup using (true);
create policy lookup on attempt for select to custom_actions_lookup using (true);
create policy lookup on secure_message for select to custom_actions_lookup using (true);
create policy lookup on patient for select to custom_actions_lookup using (true);
create policy lookup on sender for select to custom_actions_lookup using (true);
create policy lookup on contact_point for select to custom_actions_lookup using (true);
create policy lookup on outbox for select to custom_actions_lookup using (true);
create policy lookup on care_event for select to custom_actions_lookup using (true);
create policy lookup on planned_message for select to custom_actions_lookup using (true);
create policy lookup on delivery for select to custom_actions_lookup using (true);
create policy lookup on ehr_silence for select to custom_actions_lookup using (true);
create policy lookup on organization for select to custom_actions_lookup using (true);

create function lookup_api_key(wanted text) returns table (organization_id uuid, id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select k.organization_id, k.id from api_key k where k.hash = wanted and k.revoked_at is null
$$;

create function lookup_session(wanted text) returns table (organization_id uuid, id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select s.organization_id, s.id from session s where s.token_hash = wanted
$$;

create function lookup_user(wanted text) returns table (organization_id uuid, id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select u.organization_id, u.id from app_user u where u.email = lower(wanted)
$$;

create function lookup_source(wanted uuid) returns table (organization_id uuid, id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select s.organization_id, s.id from ehr_source s where s.id = wanted
$$;

create function lookup_attempt(wanted uuid) returns table (organization_id uuid, id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select a.organization_id, a.id from attempt a where a.id = wanted
$$;

create function lookup_provider_message(wanted_provider text, wanted_id text) returns table (organization_id uuid, id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select a.organization_id, a.id from attempt a where a.provider = wanted_provider and a.provider_id = wanted_id
$$;

create function lookup_secure_message(wanted text) returns table (organization_id uuid, id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select m.organization_id, m.id from secure_message m where m.token_hash = wanted
$$;

create function lookup_preferences(wanted text) returns table (organization_id uuid, id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select p.organization_id, p.id from patient p where p.preferences_token_hash = wanted
$$;

create function lookup_confirmation(wanted text) returns table (organization_id uuid, id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select e.organization_id, e.id from care_event e where e.confirm_token_hash = wanted
$$;

create function lookup_inbound_number(wanted text) returns table (organization_id uuid, id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select s.organization_id, s.id from sender s where s.address = wanted and s.channel in ('sms', 'voice')
$$;

create function lookup_contact_point(wanted text) returns table (organization_id uuid, id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select c.organization_id, c.id from contact_point c where c.address = wanted
$$;

-- The relay's rows that are due, of at most `row_limit` rows, grouped by care event, the oldest first.
create function lookup_outbox(due_before timestamptz, row_limit int)
  returns table (organization_id uuid, care_event_id uuid, ids bigint[])
  language sql stable security definer set search_path = public, pg_temp as $$
  select o.organization_id, o.care_event_id, array_agg(o.id order by o.id)
  from (
    select r.organization_id, r.care_event_id, r.id from outbox r
    where r.next_attempt_at <= due_before order by r.next_attempt_at, r.id limit row_limit
  ) o
  group by o.organization_id, o.care_event_id
  order by min(o.id)
$$;

create function lookup_overdue_wakes(wake_before timestamptz, row_limit int) returns table (organization_id uuid, id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select e.organization_id, e.id from care_event e where e.wake_at < wake_before order by e.wake_at limit row_limit
$$;

create function lookup_due_pulls(due_at timestamptz, row_limit int) returns table (organization_id uuid, id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select s.organization_id, s.id from ehr_source s
   where s.next_pull_at <= due_at and s.status <> 'disabled' and (s.pull_lease_until is null or s.pull_lease_until <= due_at)
   order by s.next_pull_at limit row_limit
$$;

create function lookup_due_files(due_at timestamptz, row_limit int) returns table (organization_id uuid, id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select f.organization_id, f.id from ehr_file f where f.next_attempt_at <= due_at order by f.next_attempt_at limit row_limit
$$;

create function lookup_organizations() returns table (organization_id uuid, id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select o.id, o.id from organization o order by o.id
$$;

-- Counts for the metrics, of all organizations together; no row of any of them.
create function lookup_figures()
  returns table (outbox_rows bigint, outbox_oldest timestamptz, planned_messages bigint, silent_sources bigint, deliveries jsonb)
  language sql stable security definer set search_path = public, pg_temp as $$
  select (select count(*) from outbox), (select min(o.created_at) from outbox o), (select count(*) from planned_message m where m.verdict = 'planned'),
    (select count(*) from ehr_silence x where x.ended_at is null),
    coalesce((select jsonb_object_agg(s.status, s.total)
              from (select d.status, count(*) as total from delivery d group by d.status) s), '{}')
$$;

-- The new owner must be able to create in the schema at the moment it is given a function, and never after.
grant create on schema public to custom_actions_lookup;
do $$
declare lookup regprocedure;
begin
  for lookup in select p.oid from pg_proc p
    where p.pronamespace = 'public'::regnamespace and starts_with(p.proname, 'lookup_')
  loop
    execute format('revoke all on function %s from public', lookup);
    execute format('grant execute on function %s to custom_actions_app', lookup);
    execute format('alter function %s owner to custom_actions_lookup', lookup);
  end loop;
end $$;
revoke create on schema public from custom_actions_lookup;
