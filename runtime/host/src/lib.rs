//! One process that runs pipelines: configuration, listeners, lanes and shutdown.
