/**
 * Takes tables under the traffic of other replicas, all at once or none: who waits for some while holding others ends in a deadlock.
 * They are held until the migration is committed.
 */
export const lockedAtOnce = (tables: readonly string[]): string => `do $$
  declare
    attempts int := 0;
  begin
    loop
      begin
        set local lock_timeout = '200ms';
        lock table ${tables.join(', ')} in access exclusive mode;
        exit;
      exception when lock_not_available then
        attempts := attempts + 1;
        if attempts > 300 then raise; end if;
        perform pg_sleep(random() * 0.1);
      end;
    end loop;
    set local lock_timeout = '0';
  end $$`
