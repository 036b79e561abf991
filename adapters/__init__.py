"""Where the outside world is spoken to: the only place that may import an SDK. One folder a platform or service."""
