-- Offices that are no more, the newest of which are looked at again for what others left there.
CREATE INDEX offices_abolished ON offices (abolished_at, id) WHERE abolished_at IS NOT NULL;

-- All running clocks in the order in which they are read anew.
DROP INDEX cases_running;
CREATE INDEX cases_running ON cases (id) WHERE yellow_on IS NOT NULL;
