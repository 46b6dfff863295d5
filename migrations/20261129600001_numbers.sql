-- migrate:up

create table queue_entries (
    call_id    text not null,
    entry_no   integer not null check (entry_no > 0),
    group_key  text not null,
    entered_at timestamptz not null,
    ended_at   timestamptz not null check (ended_at >= entered_at),
    ended_as   text not null check (ended_as in ('answered', 'abandoned', 'system')),
    why        text not null check (why <> ''),
    agent      text check ((agent is null) = (ended_as <> 'answered')),
    test       boolean not null,
    primary key (call_id, entry_no)
);
create index queue_entries_by_time on queue_entries (entered_at);
comment on table  queue_entries is 'Every stay of a call in one group''s queue, written when the call has ended: what the access metrics count.';
comment on column queue_entries.call_id is 'The call.';
comment on column queue_entries.entry_no is 'Place among the stays of the call; the access metrics count the first.';
comment on column queue_entries.group_key is 'The group.';
comment on column queue_entries.entered_at is 'When the call entered the queue.';
comment on column queue_entries.ended_at is 'When caller and agent were bridged, or when the stay ended otherwise; an apology after it is not waiting.';
comment on column queue_entries.ended_as is 'answered; abandoned: the caller hung up; system: everything else.';
comment on column queue_entries.why is 'The outcome as far as this queue is concerned; moved if another queue came after.';
comment on column queue_entries.agent is 'Who answered; null unless answered.';
comment on column queue_entries.test is 'A test call; stays out of the metrics.';

create table agent_states (
    outbox_id  text not null,
    agent      text not null,
    no         integer not null check (no > 0),
    state      text not null check (state in ('ready', 'paused', 'offered', 'talking', 'wrap_up')),
    reason     text not null check ((reason = '') = (state <> 'paused')),
    call_id    text check ((call_id is null) = (state in ('ready', 'paused'))),
    group_key  text,
    test       boolean not null,
    started_at timestamptz not null,
    ended_at   timestamptz check (ended_at >= started_at),
    ended_as   text not null,
    primary key (outbox_id, agent, no)
);
create index agent_states_by_time on agent_states (started_at);
create index agent_states_that_last on agent_states (agent) where ended_at is null;
comment on table  agent_states is 'What each agent was doing, from his signing in to his signing out, without overlap or gap. Built-in test phones are left out.';
comment on column agent_states.outbox_id is 'The journal that it was read from.';
comment on column agent_states.agent is 'Agent number.';
comment on column agent_states.no is 'Place among the agent''s states in this journal.';
comment on column agent_states.state is 'offered is one ringing of his phone, up to the bridging; talking begins there.';
comment on column agent_states.reason is 'Why paused; empty for other states.';
comment on column agent_states.call_id is 'The customer''s call; null when ready or paused.';
comment on column agent_states.group_key is 'The group whose caller it is; null when ready or paused.';
comment on column agent_states.test is 'A test call: his time counts, the call does not.';
comment on column agent_states.started_at is 'When it began.';
comment on column agent_states.ended_at is 'When it ended; null while it lasts.';
comment on column agent_states.ended_as is 'Of offered: talk, or why it did not become one; else empty.';

create table journal_readings (
    outbox_id text primary key,
    seq       bigint not null,
    standings jsonb not null
);
comment on table  journal_readings is 'How far queue_entries and agent_states were read from each journal in facts.';
comment on column journal_readings.outbox_id is 'The journal.';
comment on column journal_readings.seq is 'The last fact that was read.';
comment on column journal_readings.standings is 'Where agents and open calls stood then.';

-- migrate:down

drop table journal_readings;
drop table agent_states;
drop table queue_entries;
