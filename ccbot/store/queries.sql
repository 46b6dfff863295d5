-- Every statement that ccbot sends to Postgres, by name; read by ccbot/store/sql.py.

-- name: ship_facts
-- A batch of facts from one outbox; those that are there already stay as they are.
insert into facts (outbox_id, seq, at, call_id, fact)
select $1, f.seq, f.at, f.call_id, f.fact::jsonb
from unnest($2::bigint[], $3::timestamptz[], $4::text[], $5::text[]) as f (seq, at, call_id, fact)
on conflict do nothing

-- name: insert_call
-- The row of a call that has ended; shipped twice, the first stays.
insert into calls (
    call_id, entered_at, ended_at, dialled_number, caller, caller_masked, entry_group, last_group,
    outcome, wait_ms, talk_ms, hold_ms, agents, last_agent, transfers, hung_up_by,
    greeting_variant, greeting_completed, survey_status, survey_score, survey_resolved,
    recording_status, degraded, test, callback_of, flags)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
    $21, $22, $23, $24, $25, $26)
on conflict do nothing

-- name: insert_segment
-- One stage of a call, after the stages before it.
insert into segments (call_id, seq, kind, started_at, ended_at, group_key, agent, ended_by)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict do nothing

-- name: insert_follow_up
-- A task that a call left behind; shipped twice, the first stays, done or not.
insert into follow_ups (call_id, kind, created_at, due_at, reason)
select $1, $2, $3, $4, $5
where not exists (select from follow_ups where call_id = $1 and kind = $2)
on conflict do nothing

-- name: insert_estimate
-- What a call was told of its wait; shipped twice, the first stays.
insert into estimates (call_id, no, group_key, told_at, minutes, waited_ms, hit)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict do nothing

-- name: insert_leg_quality
-- How the network treated a leg; shipped twice, the first stays.
insert into leg_quality (call_id, leg, measured_at, whose, line, lasted_ms, received, lost,
    jitter_ms, jitter_ms_max, mes, mes_min, far_lost, test)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
on conflict do nothing

-- name: get_quality
-- The legs of one call, in the order in which they were measured.
select whose, line, measured_at, lasted_ms, received, lost, loss_percent, jitter_ms, jitter_ms_max,
       mes, mes_min, far_lost
from leg_quality where call_id = $1 order by measured_at, whose desc

-- name: list_agents
-- The agents who work here.
select number, name, groups, ha1, test, created_at, role, leads, token_sha256 from agents
where removed_at is null
order by number

-- name: get_agent
-- One agent who works here.
select number, name, groups, ha1, test, created_at, role, leads, token_sha256 from agents
where number = $1 and removed_at is null

-- name: add_agent
-- A new agent, or one who was removed and comes back; no row if the number is taken.
insert into agents (number, name, groups, ha1, test, role, leads)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (number) do update
set name = excluded.name, groups = excluded.groups, ha1 = excluded.ha1, test = excluded.test,
    role = excluded.role, leads = excluded.leads, token_sha256 = null, created_at = now(),
    removed_at = null
where agents.removed_at is not null
returning number, name, groups, ha1, test, created_at, role, leads, token_sha256

-- name: remove_agent
-- The agent works here no more; his row stays, for the log names him.
update agents set removed_at = now(), token_sha256 = null
where number = $1 and removed_at is null
returning number, name, groups, ha1, test, created_at, role, leads, token_sha256

-- name: set_agent_secret
-- Another password for the agent's phone.
update agents set ha1 = $2
where number = $1 and removed_at is null
returning number, name, groups, ha1, test, created_at, role, leads, token_sha256

-- name: set_agent_token
-- Another token of the agent's own for the API.
update agents set token_sha256 = $2
where number = $1 and removed_at is null
returning number, name, groups, ha1, test, created_at, role, leads, token_sha256

-- name: list_users
-- The users who work here.
select name, role, groups, phone, token_sha256, created_at from users
where removed_at is null
order by name

-- name: add_user
-- A new user, or one who was removed and comes back; no row if the name is taken.
insert into users (name, role, groups, phone, token_sha256)
values ($1, $2, $3, $4, $5)
on conflict (name) do update
set role = excluded.role, groups = excluded.groups, phone = excluded.phone,
    token_sha256 = excluded.token_sha256, created_at = now(), removed_at = null
where users.removed_at is not null
returning name, role, groups, phone, token_sha256, created_at

-- name: remove_user
-- The user works here no more, and his token opens nothing.
update users set removed_at = now(), token_sha256 = null
where name = $1 and removed_at is null
returning name, role, groups, phone, null::bytea as token_sha256, created_at

-- name: set_user_token
-- Another token; the one before opens nothing any more.
update users set token_sha256 = $2
where name = $1 and removed_at is null
returning name, role, groups, phone, token_sha256, created_at

-- name: list_calls
-- The newest calls of the log, newest first.
select * from call_log order by entered_at desc, call_id desc limit $1

-- name: get_call
-- One call of the log.
select * from call_log where call_id = $1

-- name: get_segments
-- The stages of one call, in order.
select * from call_segments where call_id = $1 order by seq

-- name: list_follow_ups
-- The tasks after calls, the most urgent first; $1: those that are done, too.
select f.id, f.call_id, f.kind, f.created_at, f.due_at, f.reason, f.done_at, f.note,
       c.caller_masked, c.last_agent, c.last_group, c.survey_score, c.survey_resolved
from follow_ups f join calls c using (call_id)
where $1 or f.done_at is null
order by f.done_at is not null, f.due_at, f.id
limit $2

-- name: finish_follow_up
-- A task is done; no row if there is none, or if it was done before.
update follow_ups set done_at = greatest($2, created_at), note = $3
where id = $1 and done_at is null
returning id

-- name: get_follow_up
-- One task.
select id, done_at from follow_ups where id = $1

-- name: list_old_messages
-- Messages with a recording that were left before $1, and are seen to.
select id, reason from follow_ups
where kind = 'message' and created_at < $1 and done_at is not null and reason is not null
order by id
limit $2

-- name: forget_recording
-- The task's recording was deleted.
update follow_ups set reason = null where id = $1

-- name: ping
-- Whether the server answers.
select 1

-- name: schema_versions
-- The migrations that were carried out.
select version from schema_migrations

-- name: clock
-- Postgres' own time, not that of the transaction.
select clock_timestamp()

-- name: journals
-- The outboxes that ever shipped, found by stepping through the key.
with recursive journals as (
    (select outbox_id from facts order by outbox_id limit 1)
    union all
    select (select f.outbox_id from facts f where f.outbox_id > j.outbox_id
            order by f.outbox_id limit 1)
    from journals j where j.outbox_id is not null)
select outbox_id from journals where outbox_id is not null

-- name: begin_reading
-- A journal that was never read begins at its beginning.
insert into journal_readings (outbox_id, seq, standings) values ($1, 0, '{}')
on conflict do nothing

-- name: get_reading
-- How far a journal was read; another reader waits until this one has committed.
select seq, standings::text as standings from journal_readings where outbox_id = $1 for update

-- name: save_reading
-- The journal was read so far.
update journal_readings set seq = $2, standings = $3::text::jsonb where outbox_id = $1

-- name: read_journal
-- The next facts of a journal.
select seq, at, fact::text as fact from facts
where outbox_id = $1 and seq > $2 order by seq limit $3

-- name: facts_of_calls
-- All facts of these calls, each call's in order.
select call_id, at, fact::text as fact from facts
where call_id = any($1) order by call_id, outbox_id, seq

-- name: ended_call_of_recording
-- When the call ended, and whether its recording is sealed already.
select calls.ended_at, recordings.sealed_at from calls left join recordings using (call_id)
where calls.call_id = $1

-- name: insert_recording
-- A recording was sealed.
insert into recordings
    (call_id, began_at, seconds, sides, agents, groups, class, kept_days, keep_until, file, bytes,
     sha256)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)

-- name: list_recordings
-- Recordings, newest first: of a call, of an agent, of a day (from, to), each if given.
select r.call_id, r.began_at, r.seconds, r.sides, r.agents, r.groups, r.class, r.keep_until, r.file,
       r.bytes, r.sha256, r.sealed_at, r.deleted_at, r.deleted_by, r.deleted_why, c.caller_masked
from recordings r join calls c using (call_id)
where ($1::text is null or r.call_id = $1) and ($2::text is null or $2 = any(r.agents))
  and ($3::timestamptz is null or r.began_at >= $3)
  and ($4::timestamptz is null or r.began_at < $4)
order by r.began_at desc limit $5

-- name: recordings_after
-- All recordings in the order of their calls, some at a time.
select call_id, file, sha256, deleted_at from recordings
where call_id > $1 order by call_id limit $2

-- name: recordings_missing
-- Calls that were recorded and ended before this moment, and have nothing sealed.
select call_id from calls left join recordings using (call_id)
where calls.recording_status in ('complete', 'partial') and recordings.call_id is null
  and calls.ended_at < $1
order by calls.call_id limit $2

-- name: recordings_to_delete
-- Recordings that were kept for long enough.
select call_id, file, class, kept_days from recordings
where deleted_at is null and keep_until <= $1 order by keep_until limit $2

-- name: delete_recording
-- The file is gone: its row stays, and says so.
update recordings set deleted_at = $2, deleted_by = $3, deleted_why = $4
where call_id = $1 and deleted_at is null
returning call_id

-- name: insert_queue_entry
-- A stay in a queue; read twice, the first stays.
insert into queue_entries
    (call_id, entry_no, group_key, entered_at, ended_at, ended_as, why, agent, test)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict do nothing

-- name: insert_transfer
-- A transfer of a call that has ended; read twice, the first stays.
insert into transfers (call_id, transfer_no, kind, sender, group_key, to_agent, to_group, reason,
    note, asked_at, ended_at, ended_as, why, taken_by, test)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
on conflict do nothing

-- name: put_agent_state
-- A stretch of an agent's state, begun or ended.
insert into agent_states (outbox_id, agent, no, state, reason, call_id, group_key, test, started_at,
    ended_at, ended_as, activity, held)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict (outbox_id, agent, no) do update
set ended_at = excluded.ended_at, ended_as = excluded.ended_as, held = excluded.held

-- name: end_states_elsewhere
-- Agents who are in a new journal: what an older one left open ended then.
update agent_states set ended_at = greatest(started_at, $3)
where agent = any($2) and ended_at is null and outbox_id <> $1

-- name: live_routing
-- The version that is live; no row before the first start.
select version, at, who, why, yaml, document, rollback_to from routing_versions
order by version desc limit 1

-- name: get_routing
-- One version.
select version, at, who, why, yaml, document, rollback_to from routing_versions where version = $1

-- name: list_routing
-- The newest versions, newest first, without their texts.
select version, at, who, why, rollback_to from routing_versions order by version desc limit $1

-- name: lock_routing
-- One publishes at a time; readers do not wait.
lock table routing_versions in share row exclusive mode

-- name: publish_routing
-- The next version.
insert into routing_versions (version, who, why, yaml, document, sha256, rollback_to)
select coalesce(max(version), 0) + 1, $1, $2, $3, $4::text::json,
       encode(sha256(convert_to($3, 'UTF8')), 'hex'), $5
from routing_versions
returning version, at, who, why, yaml, document, rollback_to

-- name: stays_between
-- Stays in queues that began then.
select entry_no, group_key, agent, ended_as, why, entered_at, ended_at
from queue_entries where entered_at >= $1 and entered_at < $2 and not test

-- name: states_between
-- What agents were doing then, also in part.
select agent, state, reason, group_key, test, started_at, ended_at, ended_as, activity, held
from agent_states
where ended_at is not null and tstzrange(started_at, ended_at, '[]') && tstzrange($1, $2, '[)')
union all
select agent, state, reason, group_key, test, started_at, ended_at, ended_as, activity, held
from agent_states where ended_at is null and started_at < $2

-- name: calls_ended_between
-- Customers' calls that ended then.
select outcome, last_group, last_agent, survey_status, survey_score, survey_resolved,
       greeting_variant, greeting_completed, transfers
from calls where ended_at >= $1 and ended_at < $2 and not test

-- name: had_between
-- Who had the customers whose calls ended then: each agent once a call and group.
select distinct call_id, s.group_key, s.agent
from segments s join calls c using (call_id)
where c.ended_at >= $1 and c.ended_at < $2 and not c.test and s.kind = 'talk'

-- name: transfers_between
-- Transfers of customers' calls that ended then.
select t.call_id, t.group_key, t.sender, t.ended_as
from transfers t join calls c using (call_id)
where c.ended_at >= $1 and c.ended_at < $2 and not c.test

-- name: contacts_between
-- Answered calls of known customers that ended then, and whether each called again for the same
-- group within $3.
select c.last_group, c.last_agent, exists (
           select from calls again
           where again.caller = c.caller and again.caller <> '' and not again.test
             and again.callback_of is null and again.entry_group = c.last_group
             and again.entered_at > c.ended_at and again.entered_at <= c.ended_at + $3::interval
       ) as repeated
from calls c
where c.ended_at >= $1 and c.ended_at < $2 and c.caller <> '' and c.outcome = 'answered'
  and not c.test

-- name: outcomes_between
-- Customers' calls that came in then, by outcome.
select outcome, count(*) as calls from calls
where entered_at >= $1 and entered_at < $2 and not test and callback_of is null group by outcome

-- name: calls_seen_between
-- Customers' calls that entered then, by the journal, and how many of them have a row.
select count(*) as seen, count(c.call_id) as logged
from facts f left join calls c using (call_id)
where f.at >= $1 and f.at < $2 and f.fact->>'fact' = 'call_entered'
  and not coalesce((f.fact->>'test')::boolean, false) and f.fact->>'callback_of' is null

-- name: closed_day
-- All that was told of a day that is over.
select revision, definition, numbers from closed_days where day = $1 order by revision

-- name: close_day
-- The numbers of a day; if somebody else was first, his stay.
insert into closed_days (day, revision, definition, numbers) values ($1, $2, $3, $4)
on conflict do nothing

-- name: place_of_call
-- Where the journal tells of a call: its first fact and its last one.
select outbox_id, min(seq) as first, max(seq) as last from facts
where call_id = $1 group by outbox_id order by max(at) desc limit 1

-- name: floor_seen_before
-- Where a replay may begin that is to tell of a place; null: at the beginning of the journal.
select max(seq) as seq from facts
where outbox_id = $1 and seq <= $2 and fact->>'fact' = 'floor_seen'

-- name: append_audit
-- The next row of the audit trail; a fact that is there already makes none.
insert into audit (at, who, what, call_id, agent, why, detail, source)
values (coalesce($1, clock_timestamp()), $2, $3, $4, $5, $6, $7::text::json, $8)
on conflict (source) do nothing

-- name: list_audit
-- The newest rows of the audit trail, newest first; $1: those before this one.
select id, at, who, what, call_id, agent, why, detail::text as detail, hash from audit
where id < coalesce($1, 9223372036854775807) order by id desc limit $2

-- name: read_audit
-- The audit trail from its beginning, in order; whatever stands before row 1 is read first.
select id, at, who, what, call_id, agent, why, detail::text as detail, source, hash from audit
where id > coalesce($1, -9223372036854775808) order by id limit $2

-- name: number_of_call
-- The customer's full number: for those with the right to it.
select caller from calls where call_id = $1

-- name: page_of_calls
-- Ended calls, newest first, older than the call $3; of the groups $1 or of the agent $2, or all if
-- there is neither.
select log.* from call_log log
where ($1::text[] is null or entry_group = any($1) or last_group = any($1) or $2 = any(agents))
  and ($3::text is null
       or (entered_at, call_id) < (select entered_at, call_id from calls where call_id = $3))
order by entered_at desc, call_id desc limit $4

-- name: floor_seen_at
-- When the journal told last, at this moment or before, how everybody stood; null: never.
select max(at) as at from facts where fact->>'fact' = 'floor_seen' and at <= $1

-- name: facts_between
-- All facts from one moment to another, in order.
select at, fact::text as fact from facts
where at >= coalesce($1::timestamptz, '-infinity') and at < $2 order by at, outbox_id, seq

-- name: page_of_recordings
-- Recordings, newest first, of calls that came before the call $3; of the groups $1, of the agent $2.
select r.call_id, r.began_at, r.seconds, r.sides, r.agents, r.groups, r.class, r.keep_until,
       r.deleted_at, r.deleted_why, c.caller_masked
from recordings r join calls c using (call_id)
where ($1::text[] is null or r.groups && $1) and ($2::text is null or $2 = any(r.agents))
  and ($3::text is null
       or (r.began_at, r.call_id) < (select began_at, call_id from recordings where call_id = $3))
order by r.began_at desc, r.call_id desc limit $4

-- name: recording_of_call
-- Where the recording of a call lies, and whose it is.
select groups, file, bytes, sha256, deleted_at, deleted_why from recordings where call_id = $1
