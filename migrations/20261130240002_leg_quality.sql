-- migrate:up

create table leg_quality (
    call_id       text not null,
    leg           text not null,
    measured_at   timestamptz not null,
    whose         text not null check (whose in ('customer', 'agent', 'target')),
    line          text not null,
    lasted_ms     integer not null check (lasted_ms >= 0),
    received      bigint not null check (received >= 0),
    lost          bigint not null check (lost >= 0),
    loss_percent  numeric generated always as (
                      round(100.0 * lost / greatest(received + lost, 1), 2)) stored,
    jitter_ms     real not null,
    jitter_ms_max real not null,
    mes           real check (mes between 0 and 100),
    mes_min       real check (mes_min between 0 and 100),
    far_lost      bigint check (far_lost >= 0),
    test          boolean not null,
    primary key (call_id, leg, measured_at)
);
create index leg_quality_by_line on leg_quality (line, measured_at);
comment on table  leg_quality is 'How the network treated each leg of each talk, as Asterisk received it. Talks of less than some 5 s have none.';
comment on column leg_quality.call_id is 'The call; its row follows when it has ended.';
comment on column leg_quality.leg is 'The channel.';
comment on column leg_quality.measured_at is 'The last measurement: up to 5 s before the talk was over, or the leg had left it.';
comment on column leg_quality.whose is 'customer; agent: the owner of the talk; target: whom he wanted to hand her on to.';
comment on column leg_quality.line is 'Who is answerable for the network: an agent number, or the trunk.';
comment on column leg_quality.lasted_ms is 'From the first measurement to the last one.';
comment on column leg_quality.received is 'Packets that came.';
comment on column leg_quality.lost is 'Packets that did not come.';
comment on column leg_quality.loss_percent is 'Of those that should have come.';
comment on column leg_quality.jitter_ms is 'The mean of the measurements.';
comment on column leg_quality.jitter_ms_max is 'The worst of them.';
comment on column leg_quality.mes is 'Asterisk''s media experience score, the mean: 88 is a perfect line with A-law; null before its first report.';
comment on column leg_quality.mes_min is 'The worst of them.';
comment on column leg_quality.far_lost is 'Of our packets, as the other side reports; null if it does not.';
comment on column leg_quality.test is 'Of a test call.';

create view segment_quality as
select s.call_id, s.seq, s.kind, q.whose, q.line, q.loss_percent, q.jitter_ms, q.jitter_ms_max,
       q.mes, q.mes_min, q.measured_at
from segments s join leg_quality q using (call_id)
where s.kind in ('talk', 'hold', 'consult')
  and s.started_at <= q.measured_at
  and s.ended_at >= q.measured_at - interval '1 millisecond' * q.lasted_ms;
comment on view segment_quality is 'The quality of each leg beside the talks, holds and consultations during which it was measured.';

-- migrate:down

drop view segment_quality;
drop table leg_quality;
