"""What every adapter of the tables must do. Each backend's file runs it over a `tables` fixture of its own."""

from conformance.contract_conditions import Conditions
from conformance.contract_input import BadInput
from conformance.contract_queries import Queries
from conformance.contract_races import Cancellation, Races
from conformance.contract_values import Values


class TablesContract(Conditions, Queries, Values, BadInput, Races, Cancellation):
    """All of it."""
