-- Answers kept for repeated requests: what can be repeated finds its effect by itself, so nothing ever wrote here.

DROP TABLE idempotency;
