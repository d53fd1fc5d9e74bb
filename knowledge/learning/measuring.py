"""Measures what was reviewed on the published catalogue, as ``python -m knowledge.learning.measuring`` too.

Two indexes are built, which keeps a processor busy for minutes: a service that answers meanwhile
runs the program beside it and reads what it prints.
"""

from __future__ import annotations

import json
import sys

from knowledge.catalogue.search import SEARCH_FOLDER, build_index
from knowledge.catalogue.store import CatalogueStore
from knowledge.catalogue.topics import load_everyday_language
from knowledge.database.engine import SessionFactory, open_engine, session_factory
from knowledge.learning.effect import Effect, Figures, read_check_questions
from knowledge.learning.learned import from_content
from knowledge.learning.publishing import Proposal, PublicationError, propose
from knowledge.settings import Settings, read_settings

COMMAND = (sys.executable, "-m", "knowledge.learning.measuring")


def measure_reviewed(settings: Settings, sessions: SessionFactory) -> Proposal:
    """Measure what was reviewed against what is live.

    Raises:
        PublicationError: nothing was reviewed, or no catalogue is published.
    """
    catalogue = CatalogueStore(sessions).current()
    if catalogue is None:
        raise PublicationError("no release of the catalogue is published: tthc catalogue publish")
    return propose(
        sessions,
        load_everyday_language(),
        lambda language: build_index(catalogue, language, cache=settings.data_dir / SEARCH_FOLDER),
        read_check_questions(),
    )


def surroundings(settings: Settings) -> dict[str, str]:
    """Return the environment variables that the program needs besides those of its caller."""
    return {"DATABASE_URL": settings.database_url, "TTHC_DATA_DIR": str(settings.data_dir)}


def print_proposal(proposal: Proposal) -> str:
    """Return a proposal as a line of JSON."""
    return json.dumps(
        {
            "before": {"id": proposal.before.id, "content": proposal.before.content()},
            "after": proposal.after.content(),
            "effect": proposal.effect.as_json(),
        }
    )


def read_proposal(line: str) -> Proposal:
    """Read what ``print_proposal`` gave."""
    value = json.loads(line)
    before, figures = value["before"], value["effect"]
    return Proposal(
        from_content(before["content"], before["id"]),
        from_content(value["after"]),
        Effect(Figures(**figures["before"]), Figures(**figures["after"])),
    )


def main() -> int:
    """Print the proposal; 1 and a sentence on stderr when there is none."""
    settings = read_settings()
    engine = open_engine(settings.database_url)
    try:
        proposal = measure_reviewed(settings, session_factory(engine))
    except PublicationError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        engine.dispose()
    sys.stdout.write(print_proposal(proposal))
    return 0


if __name__ == "__main__":
    sys.exit(main())
