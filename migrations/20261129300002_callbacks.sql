-- migrate:up

alter table calls add column callback_of text check (callback_of <> call_id);
comment on column calls.callback_of is 'The call whose customer was called back by this one; null for a call that came in.';
create index calls_back on calls (callback_of) where callback_of is not null;
alter table calls drop constraint calls_outcome_check;
alter table calls add constraint calls_outcome_check check (outcome in (
    'answered', 'abandoned_menu', 'abandoned_waiting', 'abandoned_ringing', 'waited_too_long',
    'queue_full', 'no_agents', 'voicemail', 'callback', 'after_hours', 'blocked', 'system_error',
    'not_reached'));
comment on column calls.outcome is 'How the call ended; a call that came to a talk is answered, whatever followed. not_reached is a callback that nobody answered.';
create or replace view call_log as
select call_id, entered_at, ended_at, dialled_number, caller_masked, entry_group, last_group,
       outcome, wait_ms, talk_ms, hold_ms, agents, last_agent, transfers, hung_up_by,
       greeting_variant, greeting_completed, survey_status, survey_score, survey_resolved,
       recording_status, degraded, test, callback_of
from calls;

-- migrate:down

drop view call_log;
create view call_log as
select call_id, entered_at, ended_at, dialled_number, caller_masked, entry_group, last_group,
       outcome, wait_ms, talk_ms, hold_ms, agents, last_agent, transfers, hung_up_by,
       greeting_variant, greeting_completed, survey_status, survey_score, survey_resolved,
       recording_status, degraded, test
from calls;
comment on view call_log is 'The call log: one row for each customer''s call, whatever became of it. Times are UTC moments, durations whole milliseconds.';
-- Rows that are there keep what they say.
alter table calls drop constraint calls_outcome_check;
alter table calls add constraint calls_outcome_check check (outcome in (
    'answered', 'abandoned_menu', 'abandoned_waiting', 'abandoned_ringing', 'waited_too_long',
    'queue_full', 'no_agents', 'voicemail', 'callback', 'after_hours', 'blocked',
    'system_error')) not valid;
comment on column calls.outcome is 'How the call ended; a call that came to a talk is answered, whatever followed.';
alter table calls drop column callback_of;
