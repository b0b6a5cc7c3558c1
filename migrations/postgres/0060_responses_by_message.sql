-- A conversation is opened, and its next prompt built, by the messages on the page.
CREATE INDEX responses_by_message ON responses (message_id, position);
