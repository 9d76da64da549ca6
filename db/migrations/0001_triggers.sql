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
