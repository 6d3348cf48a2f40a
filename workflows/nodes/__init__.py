"""Our small classes on Viewflow's nodes: what the engine does not do as files need it."""

from workflows.nodes.adhoc import AdHoc, AdHocJoin
from workflows.nodes.edges import Begin, Boundary, Finish
from workflows.nodes.gateways import Each, Join, Split
from workflows.nodes.tasks import Human, Service

__all__ = ["AdHoc", "AdHocJoin", "Begin", "Boundary", "Each", "Finish", "Human", "Join", "Service", "Split"]
