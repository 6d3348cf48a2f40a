"""How it is put together: settings, addresses, adapters, errors, commands."""
