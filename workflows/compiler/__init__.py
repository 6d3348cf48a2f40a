"""BPMN to Viewflow: a drawing becomes a flow class. Nodes and arrows, no logic."""

from workflows.compiler.flows import compile_route

__all__ = ["compile_route"]
