"""Warmline's own logic: a pure core, an engine that moves events and effects, and what composes them."""
