"""The playground: a chat platform of our own, in a browser on this machine, and an adapter like any other.

Architecture invariant: it is served on loopback only, has no passwords, and knows nothing of cases,
statuses or commands; what it shows is what any platform would be given.
"""

from adapters.web.adapter import WebAdapter
from adapters.web.settings import SAMPLE_AGENTS, SAMPLE_CUSTOMERS, Member, WebSettings

__all__ = ["SAMPLE_AGENTS", "SAMPLE_CUSTOMERS", "Member", "WebAdapter", "WebSettings"]
