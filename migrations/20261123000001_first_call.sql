-- migrate:up

create table agents (
    number     text primary key check (number ~ '^[0-9]{3,6}$'),
    name       text not null check (name <> '' and name = btrim(name) and name !~ '[[:cntrl:]]'),
    groups     text[] not null check (cardinality(groups) > 0 and array_position(groups, null) is null),
    ha1        text not null check (ha1 ~ '^[0-9a-f]{32}$'),
    test       boolean not null default false,
    created_at timestamptz not null default now(),
    removed_at timestamptz check (removed_at >= created_at)
);
comment on table  agents is 'Agents (坐席), one row for each number that was ever given; a removed agent keeps his row, for the log names him.';
comment on column agents.number is 'Agent number (工号), 3 to 6 digits.';
comment on column agents.name is 'The agent''s name.';
comment on column agents.groups is 'Keys of the groups whose calls the agent takes.';
comment on column agents.ha1 is 'Digest secret of the desk phone: md5 of p-NUMBER:ccbot:PASSWORD, hex. The password itself is stored nowhere.';
comment on column agents.test is 'A built-in phone of a test call: serves test calls alone.';
comment on column agents.created_at is 'When the agent was added, last if more than once.';
comment on column agents.removed_at is 'When the agent was removed; null while he works here.';

create function tell_of_agents() returns trigger language plpgsql as $$
begin
    -- Delivered at commit, so a listener that reads the table again sees the change.
    perform pg_notify('ccbot_agents', coalesce(new.number, old.number));
    return null;
end
$$;
comment on function tell_of_agents() is 'Tells channel ccbot_agents the number of an agent whose row changed, whoever changed it.';
create trigger tell_of_agents after insert or update or delete on agents
    for each row execute function tell_of_agents();

create table facts (
    outbox_id text not null,
    seq       bigint not null check (seq > 0),
    at        timestamptz not null,
    call_id   text,
    fact      jsonb not null,
    primary key (outbox_id, seq)
);
create index facts_of_call on facts (call_id, at) where call_id is not null;
comment on table  facts is 'Everything that happened, as it was applied; the rows of calls and segments can be made again from here. Holds full numbers of customers.';
comment on column facts.outbox_id is 'The outbox file that the fact came from.';
comment on column facts.seq is 'Place of the fact in its outbox; with outbox_id it makes shipping the same fact twice harmless.';
comment on column facts.at is 'When the fact was applied.';
comment on column facts.call_id is 'The customer''s call that it belongs to; null for facts of agents alone.';
comment on column facts.fact is 'The fact; its key "fact" says which kind.';

create table calls (
    call_id            text primary key,
    entered_at         timestamptz not null,
    ended_at           timestamptz not null,
    dialled_number     text not null,
    caller             text not null,
    caller_masked      text not null check (caller_masked <> ''),
    entry_group        text,
    last_group         text,
    outcome            text not null check (outcome in (
                           'answered', 'abandoned_menu', 'abandoned_waiting', 'abandoned_ringing',
                           'waited_too_long', 'queue_full', 'no_agents', 'voicemail', 'callback',
                           'after_hours', 'blocked', 'system_error')),
    wait_ms            bigint not null check (wait_ms >= 0),
    talk_ms            bigint not null check (talk_ms >= 0),
    hold_ms            bigint not null check (hold_ms >= 0),
    agents             text[] not null,
    last_agent         text,
    transfers          integer not null check (transfers >= 0),
    hung_up_by         text not null check (hung_up_by in ('caller', 'agent', 'system')),
    greeting_variant   text check (greeting_variant in ('announce_id', 'neutral', 'live')),
    greeting_completed boolean,
    survey_status      text not null check (survey_status in (
                           'answered', 'no_input', 'invalid', 'hung_up', 'not_offered_caller_left',
                           'not_offered_too_short', 'off')),
    survey_score       smallint check (survey_score between 1 and 5),
    survey_resolved    boolean,
    recording_status   text not null check (recording_status in ('off', 'complete', 'partial', 'failed')),
    degraded           boolean not null,
    test               boolean not null,
    check (ended_at >= entered_at),
    check (wait_ms + talk_ms + hold_ms <= round(extract(epoch from ended_at - entered_at) * 1000)),
    check ((survey_score is null) = (survey_status <> 'answered')),
    check ((entry_group is null) = (last_group is null)),
    check ((last_agent is null) = (cardinality(agents) = 0)),
    check ((outcome = 'answered') = (cardinality(agents) > 0)),
    check ((greeting_variant is null) = (greeting_completed is null))
);
create index calls_by_time on calls (entered_at);
comment on table  calls is 'One row for each customer''s call that has ended. Written once, never changed. Read it through the view call_log, which leaves the full number out.';
comment on column calls.call_id is 'The call.';
comment on column calls.entered_at is 'When the call reached us.';
comment on column calls.ended_at is 'When the call was over, the survey included.';
comment on column calls.dialled_number is 'The number that the customer dialled: the user part of the request URI.';
comment on column calls.caller is 'The customer''s full number, empty if withheld. Only for those with the right to it; not in the view.';
comment on column calls.caller_masked is 'The number as others may see it, such as 138****1234; anonymous if withheld.';
comment on column calls.entry_group is 'The first group whose queue the call entered; null if none.';
comment on column calls.last_group is 'The last group whose queue the call entered; null if none.';
comment on column calls.outcome is 'How the call ended; a call that came to a talk is answered, whatever followed.';
comment on column calls.wait_ms is 'From entering a group''s queue to bridging or to the end: all segments waiting and ringing, an apology for giving up included.';
comment on column calls.talk_ms is 'Time with an agent, without hold and consult.';
comment on column calls.hold_ms is 'Time on hold.';
comment on column calls.agents is 'Numbers of the agents who talked, each once, in order of their first talk.';
comment on column calls.last_agent is 'The agent of the last talk; null if there was none.';
comment on column calls.transfers is 'How often the call went from one talk to another.';
comment on column calls.hung_up_by is 'Who ended the last talk, else the call.';
comment on column calls.greeting_variant is 'The greeting played at the last pick-up; null if none was.';
comment on column calls.greeting_completed is 'Whether that greeting was played to its end.';
comment on column calls.survey_status is 'What became of the survey; off also when no survey belongs to the call: no talk, or a fault of ours ended it.';
comment on column calls.survey_score is '5 best to 1 worst; null unless answered.';
comment on column calls.survey_resolved is 'Whether the customer said that the matter was settled; null if she was not asked or did not say.';
comment on column calls.recording_status is 'What became of the recording.';
comment on column calls.degraded is 'The caller went through the safety net of the dialplan.';
comment on column calls.test is 'A test call; stays out of the statistics.';

create table segments (
    call_id    text not null references calls,
    seq        integer not null check (seq > 0),
    kind       text not null check (kind in (
                   'greeting', 'menu', 'waiting', 'ringing', 'talk', 'hold', 'consult', 'survey', 'voicemail')),
    started_at timestamptz not null,
    ended_at   timestamptz not null check (ended_at >= started_at),
    group_key  text,
    agent      text,
    ended_by   text not null check (ended_by in ('caller', 'agent', 'system')),
    -- Each segment points at one before it that ended at the very moment when it starts, so
    -- segments can neither overlap nor leave a gap.
    before     integer generated always as (nullif(seq, 1) - 1) stored,
    primary key (call_id, seq),
    unique (call_id, seq, ended_at),
    constraint segments_without_gap foreign key (call_id, before, started_at)
        references segments (call_id, seq, ended_at)
);
create index segments_of_agent on segments (agent, started_at) where agent is not null;
comment on table  segments is 'What each call went through, stage by stage, from its beginning to its end without gap or overlap.';
comment on column segments.call_id is 'The call.';
comment on column segments.seq is 'Place in the call, from 1.';
comment on column segments.kind is 'The stage; greeting is welcome and notices.';
comment on column segments.started_at is 'When it began: the moment at which the one before it ended.';
comment on column segments.ended_at is 'When it ended.';
comment on column segments.group_key is 'The group whose queue the call was in or came from; null before it had one.';
comment on column segments.agent is 'The agent who was rung, talked, or is asked about in the survey.';
comment on column segments.ended_by is 'Who ended this stage.';
comment on column segments.before is 'The number of the segment before; null for the first.';

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'a row of % is final: it is never changed nor deleted', tg_table_name
        using errcode = 'restrict_violation';
end
$$;
comment on function refuse_change() is 'Keeps the log insert-only.';
create trigger calls_are_final before update or delete on calls
    for each row execute function refuse_change();
create trigger segments_are_final before update or delete on segments
    for each row execute function refuse_change();

create view call_log as
select call_id, entered_at, ended_at, dialled_number, caller_masked, entry_group, last_group,
       outcome, wait_ms, talk_ms, hold_ms, agents, last_agent, transfers, hung_up_by,
       greeting_variant, greeting_completed, survey_status, survey_score, survey_resolved,
       recording_status, degraded, test
from calls;
comment on view call_log is 'The call log: one row for each customer''s call, whatever became of it. Times are UTC moments, durations whole milliseconds.';

create view call_segments as
select call_id, seq, kind, started_at, ended_at, group_key, agent, ended_by
from segments;
comment on view call_segments is 'The stages of each call in call_log, in order.';

-- migrate:down

drop view call_segments;
drop view call_log;
drop table segments;
drop table calls;
drop function refuse_change();
drop table facts;
drop table agents;
drop function tell_of_agents();
