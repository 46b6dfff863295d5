-- migrate:up

alter table calls add column flags text[] not null default '{}' check (flags <@ array['complaint']);
comment on column calls.flags is 'What agents marked the call with: complaint.';
create index calls_flagged on calls (entered_at) where flags <> '{}';
create or replace view call_log as
select call_id, entered_at, ended_at, dialled_number, caller_masked, entry_group, last_group,
       outcome, wait_ms, talk_ms, hold_ms, agents, last_agent, transfers, hung_up_by,
       greeting_variant, greeting_completed, survey_status, survey_score, survey_resolved,
       recording_status, degraded, test, callback_of, flags
from calls;

-- migrate:down

drop view call_log;
create view call_log as
select call_id, entered_at, ended_at, dialled_number, caller_masked, entry_group, last_group,
       outcome, wait_ms, talk_ms, hold_ms, agents, last_agent, transfers, hung_up_by,
       greeting_variant, greeting_completed, survey_status, survey_score, survey_resolved,
       recording_status, degraded, test, callback_of
from calls;
comment on view call_log is 'The call log: one row for each customer''s call, whatever became of it. Times are UTC moments, durations whole milliseconds.';
alter table calls drop column flags;
