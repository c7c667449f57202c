"""Mail: an outbox written with the change, sent later, in the words and at the hours of the reader."""
