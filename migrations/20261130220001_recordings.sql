-- migrate:up

create table recordings (
    call_id     text primary key,
    began_at    timestamptz not null,
    seconds     double precision not null check (seconds >= 0),
    sides       text not null check (sides in ('mixed', 'two_sides')),
    agents      text[] not null,
    groups      text[] not null,
    class       text not null,
    kept_days   integer not null check (kept_days > 0),
    keep_until  timestamptz not null,
    file        text not null unique,
    bytes       bigint not null check (bytes > 0),
    sha256      text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    sealed_at   timestamptz not null default now(),
    deleted_at  timestamptz,
    deleted_by  text,
    deleted_why text,
    check ((deleted_at is null) = (deleted_by is null)),
    check ((deleted_at is null) = (deleted_why is null))
);
create index recordings_by_time on recordings (began_at);
create index recordings_to_delete on recordings (keep_until) where deleted_at is null;
comment on table  recordings is 'Sealed recordings of talks (录音), one for each call; a deleted one keeps its row.';
comment on column recordings.call_id is 'The call.';
comment on column recordings.began_at is 'The moment of its first sample.';
comment on column recordings.seconds is 'How long it is, silence for holds and pauses included.';
comment on column recordings.sides is 'mixed: one channel; two_sides: left what the customer says, right what she hears.';
comment on column recordings.agents is 'Numbers of the agents who talked, in order.';
comment on column recordings.groups is 'Groups in whose queues the call was, in order.';
comment on column recordings.class is 'The class by which it is kept: service, complaint, refund or one of the routing document.';
comment on column recordings.kept_days is 'For how long that class is kept.';
comment on column recordings.keep_until is 'From then on it may be deleted.';
comment on column recordings.file is 'Where it lies, under CCBOT_HOME/recordings; encrypted.';
comment on column recordings.bytes is 'Length of the WAV file that is sealed in it.';
comment on column recordings.sha256 is 'SHA-256 of that WAV file, hex.';
comment on column recordings.sealed_at is 'When it was sealed.';
comment on column recordings.deleted_at is 'When the file was deleted; null while it is there.';
comment on column recordings.deleted_by is 'Who deleted it: retention, or a user.';
comment on column recordings.deleted_why is 'Why.';

create function refuse_change_of_recording() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.deleted_at is not null
       or (new.call_id, new.began_at, new.seconds, new.sides, new.agents, new.groups, new.file,
           new.bytes, new.sha256, new.sealed_at)
          is distinct from
          (old.call_id, old.began_at, old.seconds, old.sides, old.agents, old.groups, old.file,
           old.bytes, old.sha256, old.sealed_at) then
        raise exception 'a row of recordings is never deleted, and says for good what was recorded'
            using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;
comment on function refuse_change_of_recording() is 'A recording may be kept longer, and be deleted once with a reason: nothing else of it changes.';
create trigger recordings_are_final before update or delete on recordings
    for each row execute function refuse_change_of_recording();

-- migrate:down

drop table recordings;
drop function refuse_change_of_recording();
