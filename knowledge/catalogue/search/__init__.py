"""Finding the procedure a citizen means, by everyday words, with or without marks."""

from knowledge.catalogue.search.build import SEARCH_FOLDER, build_index
from knowledge.catalogue.search.index import ProcedureIndex
from knowledge.catalogue.search.result import Candidate, SearchResult, Verdict

__all__ = ["SEARCH_FOLDER", "Candidate", "ProcedureIndex", "SearchResult", "Verdict", "build_index"]
