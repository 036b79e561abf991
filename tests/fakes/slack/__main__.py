"""`python -m tests.fakes.slack --port 0`: the fake as a process of its own; see `tests.fakes.remote`."""

from tests.fakes.remote import main
from tests.fakes.slack.control import ControlledSlack

if __name__ == "__main__":
    main(
        __doc__,
        lambda host, port: ControlledSlack(host=host, port=port),
        lambda slack: {"url": slack.url, "api_url": slack.api_url},
    )
