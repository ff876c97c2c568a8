"""Sources to sinks: many texts in, one row for each out, in constant memory, whatever happens on the way."""
