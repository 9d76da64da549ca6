-- The relay polls; this only makes it faster. One notification a statement, however many rows it touched.
create function notify_touched() returns trigger language plpgsql as $$
begin
  perform pg_notify('outbox_touched', '');
  return null;
end $$;
create trigger notify_touched after insert on outbox for each statement execute function notify_touched();

-- Staff are part of the cached configuration, with their addresses and consents, which also change from outside (an
-- opt-out by reply, a number that a provider calls invalid): the revision grows here, so that no writer can forget it.
create function touch_configuration_of_staff() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'contact_point' or exists (
    select 1 from contact_point c
    where c.organization_id = new.organization_id and c.address = new.address and c.staff_member_id is not null
  ) then
    update organization set config_revision = config_revision + 1 where id = new.organization_id;
  end if;
  return null;
end $$;
create trigger touch_configuration_of_staff after insert or update on contact_point
  for each row when (new.staff_member_id is not null) execute function touch_configuration_of_staff();
create trigger touch_configuration_of_staff after insert on consent
  for each row execute function touch_configuration_of_staff();

-- A message that spoke for others of its day and did not arrive: what they say is decided anew. Here, because the
-- workflow, the provider's callbacks and people all end deliveries, and none of them may forget it.
create function touch_those_spoken_for() returns trigger language plpgsql as $$
begin
  insert into outbox (organization_id, care_event_id, next_attempt_at, created_at)
  select c.organization_id, c.id, new.updated_at, new.updated_at from care_event c
  where c.organization_id = new.organization_id and c.id <> new.care_event_id
    and c.id::text in (select split_part(key, '/', 1) from unnest(new.covers) key);
  return null;
end $$;
create trigger touch_those_spoken_for after update on delivery for each row
  when (new.covers is not null and new.status is distinct from old.status and new.status in ('failed', 'undelivered', 'skipped'))
  execute function touch_those_spoken_for();

-- One text, one message (a family's phone): followers share what becomes of it. What did not arrive, or goes on by another
-- channel, gives the text free, and each follower decides for itself.
create function free_text() returns trigger language plpgsql as $$
begin
  new.text_day := null;
  return new;
end $$;
create trigger free_text before update on delivery for each row
  when (new.text_day is not null and (new.status in ('failed', 'undelivered', 'skipped')
    or (new.status = 'claimed' and new.reason = 'providerRefused')))
  execute function free_text();

create function tell_followers() returns trigger language plpgsql as $$
begin
  if new.text_day is null then
    with freed as (
      update delivery set status = 'claimed', reason = 'providerRefused', final = false, merged_into = null, not_before = null,
        reached_provider = false, sent_at = null, updated_at = new.updated_at
      where organization_id = new.organization_id and merged_into = new.id and status <> 'skipped'
      returning care_event_id
    )
    insert into outbox (organization_id, care_event_id, next_attempt_at, created_at)
    select new.organization_id, care_event_id, new.updated_at, new.updated_at from freed;
  else
    update delivery set status = new.status, reason = new.reason, final = new.final, sent_at = new.sent_at,
      reached_provider = new.reached_provider, updated_at = new.updated_at
    where organization_id = new.organization_id and merged_into = new.id and status <> 'skipped';
  end if;
  return null;
end $$;
create trigger tell_followers after update on delivery for each row
  when (new.followed and (new.status, new.reason, new.final, new.sent_at, new.text_day)
    is distinct from (old.status, old.reason, old.final, old.sent_at, old.text_day))
  execute function tell_followers();
