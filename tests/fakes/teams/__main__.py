"""`python -m tests.fakes.teams --port 0`: the fake as a process of its own; see `tests.fakes.remote`."""

from tests.fakes.remote import main
from tests.fakes.teams.control import ControlledTeams

if __name__ == "__main__":
    main(
        __doc__,
        lambda host, port: ControlledTeams(host=host, port=port),
        lambda teams: {"url": teams.url},
    )
