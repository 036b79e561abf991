"""The store on Redis or Valkey: mailboxes, outbox, timers, indexes, and the embedded server.

Architecture invariant: what is stored is opaque here. Nothing in this package decodes an event, a
state or an entry, and nothing outside of it imports `redis`.
"""
