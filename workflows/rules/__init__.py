"""Pure rules of routes: how a BPMN file reads, and what a route must hold."""
