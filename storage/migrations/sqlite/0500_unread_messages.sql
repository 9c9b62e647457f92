-- Unread messages are counted where they are shown, to a hundred at most: a counter costs every message a write.

CREATE INDEX messages_unread ON messages (person_id) WHERE read_at IS NULL;
DROP TABLE message_counters;
