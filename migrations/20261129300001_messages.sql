-- migrate:up

alter table follow_ups drop constraint follow_ups_kind_check;
alter table follow_ups add constraint follow_ups_kind_check check (kind in ('low_score', 'message'));
comment on column follow_ups.kind is 'Why: low_score is a survey score of 2 or 1, message a message that the caller left.';
comment on column follow_ups.reason is 'The recording in which the customer says what it is about, without .wav; null if there is none.';

-- migrate:down

delete from follow_ups where kind = 'message';
alter table follow_ups drop constraint follow_ups_kind_check;
alter table follow_ups add constraint follow_ups_kind_check check (kind in ('low_score'));
comment on column follow_ups.kind is 'Why: low_score is a survey score of 2 or 1.';
comment on column follow_ups.reason is 'The recording in which the customer says why, without .wav; null if there is none.';
