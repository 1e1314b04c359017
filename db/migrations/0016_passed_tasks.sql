-- Tasks whose jobs the agents of a key get from the server behind: by default none.
ALTER TABLE registration_key ADD COLUMN pass_tasks text[] NOT NULL DEFAULT '{}';
