// A row that is due is a job: this adds the missing times, and the claims of the workers. The row of each job that waits in pg-boss
// becomes due at the job's time, and keeps the count of its attempts.
//
// Servers of the version before may run beside this one for the time of a rolling start. They go on adding jobs to pg-boss: each makes
// its row due instead, and servers of this version do it. So the schema `pgboss`, where it is there at all, and the table `suspect_jobs`
// stay for one version more, empty: the migration of the next version drops them, and the function below with them.
import { type Kysely, sql } from 'kysely'
import { lockedAtOnce } from './all-at-once.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ is_there: boolean }>`select to_regclass('pgboss.job') is not null as is_there`.execute(db)
  const hasBoss = rows[0]?.is_there === true
  const tables = ['connections', 'mailboxes', 'subscriptions', 'runs', 'suspect_jobs', ...(hasBoss ? ['pgboss.job'] : [])]
  const jobs = hasBoss ? [suspectJobs, jobsOfBoss] : [suspectJobs]
  const all = [lockedAtOnce(tables), ...statements, ...takenOver(jobs), ...(hasBoss ? ofBoss : [])]
  for (const statement of all) await sql.raw(statement).execute(db)
}

const keyOf = (job: string) => `coalesce(${job}->>'runId', ${job}->>'subscriptionId', ${job}->>'connectionId')::uuid`

const suspectJobs = `select queue, ${keyOf('data')} as key, due_at, attempt, true as suspect, deaths, lapses from suspect_jobs`

/** A claim that lapsed in pg-boss is counted as a retry. */
const jobsOfBoss = `select name, ${keyOf("data->'data'")}, start_after, (data->>'attempt')::int,
    retry_count > 0 or coalesce((data->>'isSuspect')::boolean, false), 0, retry_count
  from pgboss.job where state < 'completed'`

/** For each row: the time of its earliest job, and the highest counts among its jobs. */
const takenOver = (jobs: string[]) => {
  const each = `(select queue, key, min(due_at) as due, max(attempt) as attempt, bool_or(suspect) as suspect,
      max(deaths) as deaths, max(lapses) as lapses
    from (${jobs.join(' union all ')}) as job
    where queue in ('run', 'catch-up', 'subscribe', 'renew', 'disconnect') group by queue, key) as job`
  return [
    // The reconnection makes a run due that waits for its connection.
    `update runs set due_at = greatest(due_at, due) from ${each} where queue = 'run' and key = id and due_at is not null`,
    `update mailboxes set catch_up_at = due from ${each} where queue = 'catch-up' and key = connection_id`,
    `update mailboxes set subscribe_at = least(subscribe_at, due) from ${each} where queue = 'subscribe' and key = connection_id`,
    `update subscriptions set renew_at = least(renew_at, due) from ${each} where queue = 'renew' and key = id and state = 'active'`,
    `update connections set disconnect_at = due from ${each} where queue = 'disconnect' and key = id and disconnect_at is not null`,
    `insert into claims (queue, key, group_id, attempt, suspect, deaths, lapses)
      select queue, key, coalesce((select connection_id from runs where queue = 'run' and id = key), key),
        least(attempt, 1000), suspect, deaths, least(lapses, 100)
      from ${each} where attempt > 1 or suspect`,
    `delete from suspect_jobs`,
  ]
}

const statements = [
  // When a job is due; null if it is not. subscribe_at and renew_at exist already.
  `alter table runs add column due_at timestamptz`,
  `alter table mailboxes add column catch_up_at timestamptz`,
  `alter table connections add column disconnect_at timestamptz`,
  `create index runs_due on runs (due_at) where outcome = 'waiting' and due_at is not null`,
  `create index mailboxes_due on mailboxes (catch_up_at) where catch_up_at is not null`,
  `create index connections_disconnect on connections (disconnect_at) where disconnect_at is not null`,

  // key: the row that is due · group_id: only one row of a group is in progress at a time · claim: of the worker that has it; null while it
  // waits for its next attempt, or to be tried alone · suspect, alone, deaths, lapses: as in inbox_messages.
  `create table claims (
    queue text not null,
    key uuid not null,
    group_id uuid not null,
    claim uuid,
    worker integer,
    until timestamptz,
    attempt smallint not null default 1,
    suspect boolean not null default false,
    alone boolean not null default false,
    deaths smallint not null default 0,
    lapses smallint not null default 0,
    primary key (queue, key)
  )`,
  `create unique index claims_under_way on claims (queue, group_id) where claim is not null`,
  `alter table claims enable row level security`,
  `alter table claims force row level security`,
  // A user who retries a run that has ended its process marks it as a suspect.
  `grant insert on claims to mailboard_app`,
  `create policy of_person on claims to mailboard_app using (true)`,
  `grant select, insert, update, delete on claims to mailboard_system`,
  `create policy of_system on claims to mailboard_system using (true)`,

  // Rows that always have a job: a run that waits for nothing else, due by its start to keep the order, and a connection being removed.
  `update runs set due_at = started_at
    where outcome = 'waiting' and reason_code <> 'connection-lost' and exists (select from actions where run_id = runs.id)`,
  `update connections set disconnect_at = now() where status = 'disconnecting'`,
]

const ofBoss = [
  `delete from pgboss.job`,
  `create function job_makes_its_row_due() returns trigger language plpgsql as $$
  declare
    about uuid := ${keyOf("new.data->'data'")};
    due timestamptz := greatest(new.start_after, now());
  begin
    if new.name = 'run' then update runs set due_at = least(due_at, due) where id = about;
    elsif new.name = 'catch-up' then update mailboxes set catch_up_at = least(catch_up_at, due) where connection_id = about;
    elsif new.name = 'subscribe' then update mailboxes set subscribe_at = least(subscribe_at, due) where connection_id = about;
    elsif new.name = 'renew' then update subscriptions set renew_at = least(renew_at, due) where id = about and state = 'active';
    elsif new.name = 'disconnect' then update connections set disconnect_at = least(disconnect_at, due) where id = about;
    end if;
    perform pg_notify('mailboard_jobs', new.name);
    return null;
  end $$`,
  `create trigger makes_its_row_due before insert on pgboss.job for each row execute function job_makes_its_row_due()`,
]
