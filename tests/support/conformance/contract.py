"""The contract of the tables. Each engine's test file runs it with a `tables` fixture of its own."""

from support.conformance.contract_bulk import Bulk
from support.conformance.contract_conditions import Conditions
from support.conformance.contract_hints import Hints
from support.conformance.contract_input import BadInput
from support.conformance.contract_queries import Queries
from support.conformance.contract_races import Cancellation, Races
from support.conformance.contract_values import Values


class TablesContract(Conditions, Queries, Values, BadInput, Races, Cancellation, Bulk, Hints):
    """The whole contract."""
