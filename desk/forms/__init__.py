"""What people type at the desk, parsed and cleaned."""
