-- migrate:up

comment on column calls.last_group is 'The last group that had the call: whose queue it entered, or one of whose members took it over; null if none.';
comment on column calls.agents is 'Numbers of the agents who had the customer, each once, in order: owners of a talk, and who talked with both in a conference.';
comment on column calls.transfers is 'How often another agent had the call by a completed transfer, also by way of a queue.';
comment on column calls.hung_up_by is 'Who ended the last talk, else the call; a talk that was handed on did not end so.';
comment on column calls.outcome is 'How the call ended; a call that came to a talk is answered, whatever followed: see queue_entries and transfers.';
comment on column segments.group_key is 'The group that had the call: whose queue it was in or came from, or one of whose members took it over; null before it had one.';
comment on column segments.agent is 'The agent who was rung, talked, held or handed on, or is asked about in the survey.';

alter table agent_states
    add column activity text not null default ''
        check (activity in ('', 'hold', 'consult', 'consulted')),
    add column held boolean not null default false,
    add check (activity = '' or state = 'talking'),
    add check (not held or state = 'talking');
comment on column agent_states.activity is 'Of talking: hold; consult (he hands his customer on, and waits for a colleague or talks with him); consulted (a colleague asked him); empty: with the customer.';
comment on column agent_states.held is 'Of the last stretch of a talk: its customer was on hold in it.';
comment on column agent_states.ended_as is 'Of offered: talk, or why it did not become one. Of talking: what went on after it in the same talk, empty when that was over. Else empty.';

create table transfers (
    call_id     text not null,
    transfer_no integer not null check (transfer_no > 0),
    kind        text not null check (kind in ('blind', 'consult')),
    sender      text not null,
    group_key   text,
    to_agent    text,
    to_group    text check ((to_group is null) <> (to_agent is null)),
    reason      text,
    note        text not null,
    asked_at    timestamptz not null,
    ended_at    timestamptz not null check (ended_at >= asked_at),
    ended_as    text not null check (ended_as in
                    ('completed', 'conference', 'back', 'failed', 'caller_left', 'nobody_came')),
    why         text not null check ((why = '') = (ended_as not in ('failed', 'nobody_came'))),
    taken_by    text check ((taken_by is null) = (ended_as not in ('completed', 'conference'))),
    test        boolean not null,
    primary key (call_id, transfer_no)
);
create index transfers_by_time on transfers (asked_at);
comment on table  transfers is 'Every transfer that was begun, written when the call has ended.';
comment on column transfers.call_id is 'The call.';
comment on column transfers.transfer_no is 'Place among the transfers of the call.';
comment on column transfers.kind is 'blind, or consult: the agents talk first.';
comment on column transfers.sender is 'The agent who handed the customer on.';
comment on column transfers.group_key is 'The group in which he had her.';
comment on column transfers.to_agent is 'The agent who was wanted; null if a group was.';
comment on column transfers.to_group is 'The group that was wanted; null if an agent was.';
comment on column transfers.reason is 'Why; null if he did not say.';
comment on column transfers.note is 'What he wrote for the target.';
comment on column transfers.asked_at is 'When he asked for it.';
comment on column transfers.ended_at is 'When it was known what became of it.';
comment on column transfers.ended_as is 'completed: another agent has her; conference: all three talked, and she stayed with the sender; back: the sender went back to her; failed; caller_left: she hung up before anybody had her; nobody_came: she was led out of the queue.';
comment on column transfers.why is 'Of failed and nobody_came: the reason; else empty.';
comment on column transfers.taken_by is 'Who had her, or talked with both; else null.';
comment on column transfers.test is 'A test call; stays out of the metrics.';

-- migrate:down

drop table transfers;
alter table agent_states drop column activity, drop column held;
