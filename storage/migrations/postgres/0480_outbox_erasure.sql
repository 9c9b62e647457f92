-- What was given up keeps its content for as long as it may be tried again.
ALTER TABLE outbox ADD COLUMN erased_at TIMESTAMPTZ;
CREATE INDEX outbox_to_erase ON outbox (topic, dead_at) WHERE dead_at IS NOT NULL AND erased_at IS NULL;
